package dev.slipway.protocol.tfserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.wire.Elements;
import dev.slipway.protocol.wire.FieldShuffler;
import dev.slipway.protocol.wire.Mutations;
import dev.slipway.protocol.wire.Placements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reader by hand against the generated classes, over messages as clients may write them, and broken ones. */
class PredictRequestDifferentialTest {
    private static final long SEED = 20_261_121;
    private static final long BYTES_MAX = 1 << 16;
    private static final List<DType> DTYPES =
            EnumSet.complementOf(EnumSet.of(DType.MAP)).stream().toList();
    private static final Set<ErrorCode> REFUSALS =
            EnumSet.of(ErrorCode.INVALID_ARGUMENT, ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.UNIMPLEMENTED);

    @Test
    void readsWhatTheGeneratedClassesWrite() {
        Random random = new Random(SEED);
        FieldShuffler shuffler = new FieldShuffler(random);
        Set<DType> seen = EnumSet.noneOf(DType.class);
        for (int round = 0; round < 3_000; round++) {
            Map<String, Tensor> expected = new HashMap<>();
            PredictRequest request = randomRequest(random, expected);
            byte[] message = shuffler.write(request);

            PredictCall call = PredictRequestReader.read(Placements.random(message, random), BYTES_MAX);

            assertThat(call.inputs()).containsOnlyKeys(expected.keySet());
            expected.forEach((name, tensor) -> {
                assertSame(call.inputs().get(name), tensor);
                seen.add(tensor.dtype());
            });
            assertThat(call.outputFilter()).isEqualTo(request.getOutputFilterList());
            assertSame(call, request.getModelSpec());
            assertThat(PredictRequestReader.peekModel(ByteBuffer.wrap(message)))
                    .isEqualTo(call.target().model());
        }
        assertThat(seen).containsAll(DTYPES);
    }

    @Test
    void refusesBrokenMessagesByAnErrorCodeOrReadsThemAsTheGeneratedClassesDo() {
        Random random = new Random(SEED + 1);
        FieldShuffler shuffler = new FieldShuffler(random);
        int refused = 0;
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] whole = shuffler.write(randomRequest(random, new HashMap<>()));
            byte[] message = Mutations.mutate(whole, random);
            try {
                PredictCall call = PredictRequestReader.read(Placements.random(message, random), BYTES_MAX);
                assertSameAsGenerated(call, message);
                read++;
            } catch (SlipwayException e) {
                assertThat(e.code()).isIn(REFUSALS);
                assertThat(e.getMessage()).isNotEmpty();
                refused++;
            }
            try {
                PredictRequestReader.peekModel(ByteBuffer.wrap(message));
            } catch (SlipwayException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
        }
        assertThat(refused).isGreaterThan(5_000);
        assertThat(read).isGreaterThan(1_000);
    }

    private static void assertSameAsGenerated(PredictCall call, byte[] message) {
        PredictRequest parsed;
        try {
            parsed = PredictRequest.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            // It also reads fields that the reader by hand has no use for and skips.
            return;
        }
        assertSame(call, parsed.getModelSpec());
        assertThat(call.inputs()).containsOnlyKeys(parsed.getInputsMap().keySet());
        parsed.getInputsMap().forEach((name, proto) -> {
            Tensor tensor = call.inputs().get(name);
            assertThat(DataTypes.of(tensor.dtype())).isEqualTo(proto.getDtype());
            assertThat(tensor.shape()).isEqualTo(shape(proto.getTensorShape()));
            assertThat(Elements.bytes(tensor)).isEqualTo(elements(tensor.dtype(), proto, tensor.elementCount()));
        });
    }

    private static Shape shape(TensorShapeProto proto) {
        return Shape.of(proto.getDimList().stream()
                .mapToLong(TensorShapeProto.Dim::getSize)
                .toArray());
    }

    private static void assertSame(PredictCall call, ModelSpec spec) {
        assertThat(call.target().model()).isEqualTo(spec.getName());
        assertThat(call.target().signature()).isEqualTo(spec.getSignatureName());
        VersionChoice version = switch (spec.getVersionChoiceCase()) {
            case VERSION -> new VersionChoice.Exact(spec.getVersion().getValue());
            case VERSION_LABEL -> new VersionChoice.Label(spec.getVersionLabel());
            case VERSIONCHOICE_NOT_SET -> VersionChoice.LATEST;
        };
        assertThat(call.target().version()).isEqualTo(version);
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        assertThat(actual.dtype()).isEqualTo(expected.dtype());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Elements.bytes(actual)).isEqualTo(Elements.bytes(expected));
    }

    private static PredictRequest randomRequest(Random random, Map<String, Tensor> inputs) {
        ModelSpec.Builder spec = ModelSpec.newBuilder().setName("model" + random.nextInt(9));
        switch (random.nextInt(3)) {
            case 0 -> spec.setVersion(Int64Value.of(random.nextLong()));
            case 1 -> spec.setVersionLabel("étiquette");
            default -> spec.setSignatureName("other");
        }
        PredictRequest.Builder request = PredictRequest.newBuilder().setModelSpec(spec);
        for (int i = random.nextInt(4); i > 0; i--) {
            request.addOutputFilter("out" + i);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
            Shape shape = Elements.shape(6, random);
            TensorProto proto = randomTensor(dtype, shape, random);
            byte[] elements = elements(dtype, proto, shape.elementCount());
            inputs.put("input:" + i, new Tensor(dtype, shape, ByteBuffer.wrap(elements)));
            request.putInputs("input:" + i, proto);
        }
        return request.build();
    }

    private static TensorProto randomTensor(DType dtype, Shape shape, Random random) {
        int count = (int) shape.elementCount();
        TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataTypes.of(dtype));
        for (long dim : shape.dims()) {
            tensor.getTensorShapeBuilder().addDimBuilder().setSize(dim);
        }
        if (dtype != DType.STRING && random.nextInt(3) == 0) {
            byte[] content = Elements.random(dtype, count, random);
            return tensor.setTensorContent(ByteString.copyFrom(content)).build();
        }
        int values = count == 0 || random.nextInt(3) > 0 ? count : random.nextInt(count + 1);
        ByteBuffer elements =
                ByteBuffer.wrap(Elements.random(dtype, values, random)).order(ByteOrder.LITTLE_ENDIAN);
        while (elements.hasRemaining()) {
            addValue(dtype, elements, tensor);
        }
        return tensor.build();
    }

    private static void addValue(DType dtype, ByteBuffer elements, TensorProto.Builder tensor) {
        switch (dtype) {
            case BOOL -> tensor.addBoolVal(elements.get() != 0);
            case INT8 -> tensor.addIntVal(elements.get());
            case UINT8 -> tensor.addIntVal(elements.get() & 0xff);
            case INT16 -> tensor.addIntVal(elements.getShort());
            case UINT16 -> tensor.addIntVal(elements.getShort() & 0xffff);
            case INT32 -> tensor.addIntVal(elements.getInt());
            case UINT32 -> tensor.addUint32Val(elements.getInt());
            case INT64 -> tensor.addInt64Val(elements.getLong());
            case UINT64 -> tensor.addUint64Val(elements.getLong());
            case FP16, BF16 -> tensor.addHalfVal(elements.getShort() & 0xffff);
            case FP32 -> tensor.addFloatVal(elements.getFloat());
            case FP64 -> tensor.addDoubleVal(elements.getDouble());
            default -> {
                byte[] value = new byte[elements.getInt()];
                elements.get(value);
                tensor.addStringVal(ByteString.copyFrom(value));
            }
        }
    }

    /** What TensorFlow makes of a TensorProto, out of what the generated class read. */
    private static byte[] elements(DType dtype, TensorProto proto, long count) {
        if (!proto.getTensorContent().isEmpty()) {
            return proto.getTensorContent().toByteArray();
        }
        if (dtype == DType.STRING) {
            byte[][] values = new byte[(int) count][];
            for (int i = 0; i < count; i++) {
                int from = Math.min(i, proto.getStringValCount() - 1);
                values[i] = from < 0 ? new byte[0] : proto.getStringVal(from).toByteArray();
            }
            return Elements.strings(values);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) count * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        int values = valueCount(dtype, proto);
        for (int i = 0; i < count && values > 0; i++) {
            putValue(dtype, proto, Math.min(i, values - 1), bytes);
        }
        return bytes.array();
    }

    private static int valueCount(DType dtype, TensorProto proto) {
        return proto.getRepeatedFieldCount(TensorProto.getDescriptor().findFieldByNumber(DataTypes.valueField(dtype)));
    }

    private static void putValue(DType dtype, TensorProto proto, int i, ByteBuffer bytes) {
        switch (dtype) {
            case BOOL -> bytes.put((byte) (proto.getBoolVal(i) ? 1 : 0));
            case INT8, UINT8 -> bytes.put((byte) proto.getIntVal(i));
            case INT16, UINT16 -> bytes.putShort((short) proto.getIntVal(i));
            case INT32 -> bytes.putInt(proto.getIntVal(i));
            case UINT32 -> bytes.putInt(proto.getUint32Val(i));
            case INT64 -> bytes.putLong(proto.getInt64Val(i));
            case UINT64 -> bytes.putLong(proto.getUint64Val(i));
            case FP16, BF16 -> bytes.putShort((short) proto.getHalfVal(i));
            case FP32 -> bytes.putInt(Float.floatToRawIntBits(proto.getFloatVal(i)));
            default -> bytes.putLong(Double.doubleToRawLongBits(proto.getDoubleVal(i)));
        }
    }
}

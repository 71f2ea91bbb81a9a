package dev.slipway.protocol.openinference.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferInputTensor;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.slipway.protocol.wire.Elements;
import dev.slipway.protocol.wire.FieldShuffler;
import dev.slipway.protocol.wire.Mutations;
import dev.slipway.protocol.wire.Placements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reader by hand against the generated classes, over messages as clients may write them, and broken ones. */
class InferRequestDifferentialTest {
    private static final long SEED = 20_261_121;
    private static final long BYTES_MAX = 1 << 16;
    private static final List<DType> DTYPES =
            EnumSet.complementOf(EnumSet.of(DType.MAP)).stream().toList();
    private static final Set<ErrorCode> REFUSALS =
            EnumSet.of(ErrorCode.INVALID_ARGUMENT, ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.UNIMPLEMENTED);

    @Test
    void readsWhatTheGeneratedClassesWrite() throws InvalidProtocolBufferException {
        Random random = new Random(SEED);
        FieldShuffler shuffler = new FieldShuffler(random);
        Set<DType> seen = EnumSet.noneOf(DType.class);
        for (int round = 0; round < 3_000; round++) {
            Map<String, Tensor> expected = new LinkedHashMap<>();
            ModelInferRequest request = randomRequest(random, expected);
            byte[] message = shuffler.write(request);

            InferCall call = InferRequestReader.read(Placements.random(message, random), BYTES_MAX);

            assertThat(call.inputs().keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((name, tensor) -> {
                assertThat(call.inputs().get(name)).hasToString(tensor.toString());
                assertThat(Elements.bytes(call.inputs().get(name))).isEqualTo(Elements.bytes(tensor));
                seen.add(tensor.dtype());
            });
            assertSame(call, ModelInferRequest.parseFrom(message));
            assertThat(InferRequestReader.peekModel(ByteBuffer.wrap(message))).isEqualTo(request.getModelName());
        }
        assertThat(seen).containsAll(DTYPES);
    }

    @Test
    void refusesBrokenMessagesByAnErrorCodeOrReadsThemAsTheGeneratedClassesDo() throws InvalidProtocolBufferException {
        Random random = new Random(SEED + 1);
        FieldShuffler shuffler = new FieldShuffler(random);
        int refused = 0;
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] whole = shuffler.write(randomRequest(random, new LinkedHashMap<>()));
            byte[] message = Mutations.mutate(whole, random);
            try {
                InferCall call = InferRequestReader.read(Placements.random(message, random), BYTES_MAX);
                assertSame(call, ModelInferRequest.parseFrom(message));
                assertSameInputs(call, ModelInferRequest.parseFrom(message));
                read++;
            } catch (SlipwayException e) {
                assertThat(e.code()).isIn(REFUSALS);
                assertThat(e.getMessage()).isNotEmpty();
                refused++;
            }
            try {
                InferRequestReader.peekModel(ByteBuffer.wrap(message));
            } catch (SlipwayException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
        }
        assertThat(refused).isGreaterThan(5_000);
        assertThat(read).isGreaterThan(1_000);
    }

    private static void assertSame(InferCall call, ModelInferRequest request) {
        assertThat(call.target().model()).isEqualTo(request.getModelName());
        assertThat(call.id()).isEqualTo(request.getId());
        assertThat(call.parameters()).isEqualTo(request.getParametersMap());
        assertThat(call.raw()).isEqualTo(request.getRawInputContentsCount() > 0);
        assertThat(call.outputs())
                .isEqualTo(request.getOutputsList().stream()
                        .map(InferRequestedOutputTensor::getName)
                        .toList());
    }

    private static void assertSameInputs(InferCall call, ModelInferRequest request) {
        assertThat(call.inputs()).hasSize(request.getInputsCount());
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            Tensor tensor = call.inputs().get(input.getName());
            assertThat(Datatypes.name(tensor.dtype())).isEqualTo(input.getDatatype());
            assertThat(tensor.shape())
                    .isEqualTo(Shape.of(input.getShapeList().stream()
                            .mapToLong(Long::longValue)
                            .toArray()));
            assertThat(Elements.bytes(tensor))
                    .isEqualTo(
                            call.raw()
                                    ? request.getRawInputContents(i).toByteArray()
                                    : elements(tensor.dtype(), input.getContents()));
        }
    }

    private static ModelInferRequest randomRequest(Random random, Map<String, Tensor> inputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .setModelName("model" + random.nextInt(9))
                .setModelVersion(random.nextBoolean() ? "" : Integer.toString(random.nextInt(100)))
                .setId(random.nextBoolean() ? "" : "id ☃");
        for (int i = random.nextInt(3); i > 0; i--) {
            request.putParameters(
                    "p" + i, InferParameter.newBuilder().setInt64Param(i).build());
            request.addOutputs(InferRequestedOutputTensor.newBuilder()
                    .setName("out" + i)
                    .putParameters(
                            "q", InferParameter.newBuilder().setDoubleParam(1.5).build()));
        }
        boolean raw = random.nextBoolean();
        for (int i = random.nextInt(4); i > 0; i--) {
            DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
            if (!raw && Datatypes.contentsField(dtype) == Datatypes.NO_FIELD) {
                continue;
            }
            Shape shape = Elements.shape(6, random);
            byte[] elements = Elements.random(dtype, (int) shape.elementCount(), random);
            inputs.put("input:" + i, new Tensor(dtype, shape, ByteBuffer.wrap(elements)));
            InferInputTensor.Builder input = request.addInputsBuilder()
                    .setName("input:" + i)
                    .setDatatype(Datatypes.name(dtype))
                    .putParameters(
                            "x", InferParameter.newBuilder().setStringParam("y").build());
            for (long dim : shape.dims()) {
                input.addShape(dim);
            }
            if (raw) {
                request.addRawInputContents(ByteString.copyFrom(elements));
            } else {
                ByteBuffer left = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
                while (left.hasRemaining()) {
                    addValue(dtype, left, input.getContentsBuilder());
                }
            }
        }
        return request.build();
    }

    private static void addValue(DType dtype, ByteBuffer elements, InferTensorContents.Builder contents) {
        switch (dtype) {
            case BOOL -> contents.addBoolContents(elements.get() != 0);
            case INT8 -> contents.addIntContents(elements.get());
            case UINT8 -> contents.addUintContents(elements.get() & 0xff);
            case INT16 -> contents.addIntContents(elements.getShort());
            case UINT16 -> contents.addUintContents(elements.getShort() & 0xffff);
            case INT32 -> contents.addIntContents(elements.getInt());
            case UINT32 -> contents.addUintContents(elements.getInt());
            case INT64 -> contents.addInt64Contents(elements.getLong());
            case UINT64 -> contents.addUint64Contents(elements.getLong());
            case FP32 -> contents.addFp32Contents(elements.getFloat());
            case FP64 -> contents.addFp64Contents(elements.getDouble());
            default -> {
                byte[] value = new byte[elements.getInt()];
                elements.get(value);
                contents.addBytesContents(ByteString.copyFrom(value));
            }
        }
    }

    private static byte[] elements(DType dtype, InferTensorContents contents) {
        if (dtype == DType.STRING) {
            return Elements.strings(contents.getBytesContentsList().stream()
                    .map(ByteString::toByteArray)
                    .toArray(byte[][]::new));
        }
        int count = contents.getRepeatedFieldCount(
                InferTensorContents.getDescriptor().findFieldByNumber(Datatypes.contentsField(dtype)));
        ByteBuffer bytes = ByteBuffer.allocate(count * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (dtype) {
                case BOOL -> bytes.put((byte) (contents.getBoolContents(i) ? 1 : 0));
                case INT8 -> bytes.put((byte) contents.getIntContents(i));
                case UINT8 -> bytes.put((byte) contents.getUintContents(i));
                case INT16 -> bytes.putShort((short) contents.getIntContents(i));
                case UINT16 -> bytes.putShort((short) contents.getUintContents(i));
                case INT32 -> bytes.putInt(contents.getIntContents(i));
                case UINT32 -> bytes.putInt(contents.getUintContents(i));
                case INT64 -> bytes.putLong(contents.getInt64Contents(i));
                case UINT64 -> bytes.putLong(contents.getUint64Contents(i));
                case FP32 -> bytes.putInt(Float.floatToRawIntBits(contents.getFp32Contents(i)));
                default -> bytes.putLong(Double.doubleToRawLongBits(contents.getFp64Contents(i)));
            }
        }
        return bytes.array();
    }
}

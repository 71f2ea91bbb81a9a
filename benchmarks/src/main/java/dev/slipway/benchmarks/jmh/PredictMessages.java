package dev.slipway.benchmarks.jmh;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** TensorFlow Serving's Predict by the classes that protoc generates, as a server without codecs of its own has it. */
final class PredictMessages {
    private PredictMessages() {}

    /** A request of one float32 input, its elements in {@code tensor_content}. */
    static PredictRequest contentRequest(String model, String input, float[][] rows) {
        return request(
                model,
                input,
                tensor(rows.length, rows[0].length)
                        .setTensorContent(ByteString.copyFrom(Rows.bytes(rows)))
                        .build());
    }

    /** The same with its elements in {@code float_val}. */
    static PredictRequest valuesRequest(String model, String input, float[][] rows) {
        TensorProto.Builder tensor = tensor(rows.length, rows[0].length);
        for (float[] row : rows) {
            for (float value : row) {
                tensor.addFloatVal(value);
            }
        }
        return request(model, input, tensor.build());
    }

    private static PredictRequest request(String model, String input, TensorProto tensor) {
        return PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName(model))
                .putInputs(input, tensor)
                .build();
    }

    private static TensorProto.Builder tensor(long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(dim));
        }
        return TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shape);
    }

    /** A request's float32 inputs. */
    static Map<String, Tensor> read(byte[] message) throws InvalidProtocolBufferException {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        PredictRequest.parseFrom(message).getInputsMap().forEach((name, tensor) -> inputs.put(name, tensor(tensor)));
        return inputs;
    }

    private static Tensor tensor(TensorProto proto) {
        long[] dims = new long[proto.getTensorShape().getDimCount()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = proto.getTensorShape().getDim(axis).getSize();
        }
        if (!proto.getTensorContent().isEmpty()) {
            return new Tensor(
                    DType.FP32, Shape.of(dims), proto.getTensorContent().asReadOnlyByteBuffer());
        }
        ByteBuffer data =
                ByteBuffer.allocate(proto.getFloatValCount() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < proto.getFloatValCount(); at++) {
            data.putFloat(proto.getFloatVal(at));
        }
        return new Tensor(DType.FP32, Shape.of(dims), data.flip());
    }

    /** A response of float32 outputs, their elements in {@code float_val}. */
    static byte[] write(ServableId model, String signature, Map<String, Tensor> outputs) {
        PredictResponse.Builder response = PredictResponse.newBuilder()
                .setModelSpec(ModelSpec.newBuilder()
                        .setName(model.model())
                        .setVersion(Int64Value.of(model.version()))
                        .setSignatureName(signature));
        outputs.forEach((name, output) -> {
            TensorProto.Builder tensor =
                    tensor(output.shape().dim(0), output.shape().dim(1));
            ByteBuffer data = output.data();
            while (data.hasRemaining()) {
                tensor.addFloatVal(data.getFloat());
            }
            response.putOutputs(name, tensor.build());
        });
        return response.build().toByteArray();
    }
}

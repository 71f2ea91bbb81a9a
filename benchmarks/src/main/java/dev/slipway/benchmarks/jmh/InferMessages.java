package dev.slipway.benchmarks.jmh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferInputTensor;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelInferResponse.InferOutputTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Open Inference's ModelInfer by the classes that protoc generates, as a server without codecs of its own has it. */
final class InferMessages {
    private static final String FP32 = "FP32";

    private InferMessages() {}

    /** A request of one float32 input, its elements in {@code raw_input_contents}. */
    static ModelInferRequest request(String model, String input, float[][] rows) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName(input)
                        .setDatatype(FP32)
                        .addShape(rows.length)
                        .addShape(rows[0].length))
                .addRawInputContents(ByteString.copyFrom(Rows.bytes(rows)))
                .build();
    }

    /** A raw request's float32 inputs. */
    static Map<String, Tensor> read(byte[] message) throws InvalidProtocolBufferException {
        ModelInferRequest request = ModelInferRequest.parseFrom(message);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int at = 0; at < request.getInputsCount(); at++) {
            InferInputTensor input = request.getInputs(at);
            long[] dims = new long[input.getShapeCount()];
            for (int axis = 0; axis < dims.length; axis++) {
                dims[axis] = input.getShape(axis);
            }
            ByteString raw = request.getRawInputContents(at);
            inputs.put(input.getName(), new Tensor(DType.FP32, Shape.of(dims), raw.asReadOnlyByteBuffer()));
        }
        return inputs;
    }

    /** A response of float32 outputs, their elements in {@code raw_output_contents}. */
    static byte[] write(ServableId model, Map<String, Tensor> outputs) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.model())
                .setModelVersion(Long.toString(model.version()));
        outputs.forEach((name, output) -> {
            response.addOutputs(InferOutputTensor.newBuilder()
                    .setName(name)
                    .setDatatype(FP32)
                    .addShape(output.shape().dim(0))
                    .addShape(output.shape().dim(1)));
            response.addRawOutputContents(ByteString.copyFrom(output.data()));
        });
        return response.build().toByteArray();
    }
}

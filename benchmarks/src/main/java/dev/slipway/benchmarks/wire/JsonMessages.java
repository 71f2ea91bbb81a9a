package dev.slipway.benchmarks.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Requests and answers of the REST protocols. */
final class JsonMessages {
    private JsonMessages() {}

    static Buffer predictRequest(Workload workload) {
        return new JsonObject().put("instances", workload.input().nested()).toBuffer();
    }

    static Buffer predictAnswer(Workload workload) {
        return new JsonObject().put("predictions", workload.output().nested()).toBuffer();
    }

    static List<Float> predictions(Buffer answer) {
        return Workload.flat(new JsonObject(answer).getJsonArray("predictions"));
    }

    static Buffer inferRequest(Workload workload) {
        JsonObject input = tensor(workload.input())
                .put("data", new JsonArray(workload.input().values()));
        return new JsonObject().put("inputs", new JsonArray().add(input)).toBuffer();
    }

    static Buffer inferAnswer(Workload workload) {
        JsonObject output = tensor(workload.output())
                .put("data", new JsonArray(workload.output().values()));
        return answer(workload, output);
    }

    static List<Float> inferOutputs(Buffer answer) {
        return Workload.flat(
                new JsonObject(answer).getJsonArray("outputs").getJsonObject(0).getJsonArray("data"));
    }

    /** The JSON that stands before the values in the binary form of {@link #inferRequest}. */
    static Buffer binaryHeader(Workload workload) {
        return new JsonObject()
                .put("inputs", new JsonArray().add(binaryTensor(workload.input())))
                .put("parameters", new JsonObject().put("binary_data_output", true))
                .toBuffer();
    }

    static Buffer binaryAnswerHeader(Workload workload) {
        return answer(workload, binaryTensor(workload.output()));
    }

    private static Buffer answer(Workload workload, JsonObject output) {
        return new JsonObject()
                .put("model_name", workload.model())
                .put("model_version", "1")
                .put("outputs", new JsonArray().add(output))
                .toBuffer();
    }

    static Buffer littleEndian(Tensor tensor) {
        Buffer bytes = Buffer.buffer(tensor.bytes());
        for (float value : tensor.values()) {
            bytes.appendFloatLE(value);
        }
        return bytes;
    }

    /**
     * The last {@code count} float32 values of {@code bytes}.
     *
     * @throws IndexOutOfBoundsException when it has fewer
     */
    static List<Float> lastFloats(Buffer bytes, int count) {
        List<Float> values = new ArrayList<>();
        int begin = bytes.length() - count * Float.BYTES;
        for (int at = 0; at < count; at++) {
            values.add(bytes.getFloatLE(begin + at * Float.BYTES));
        }
        return values;
    }

    private static JsonObject tensor(Tensor tensor) {
        return new JsonObject()
                .put("name", tensor.name())
                .put("shape", new JsonArray(tensor.shape()))
                .put("datatype", "FP32");
    }

    private static JsonObject binaryTensor(Tensor tensor) {
        return tensor(tensor).put("parameters", new JsonObject().put("binary_data_size", tensor.bytes()));
    }
}

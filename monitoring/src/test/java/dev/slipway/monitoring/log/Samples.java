package dev.slipway.monitoring.log;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.monitoring.Prediction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Predictions to take down. */
final class Samples {
    static final PayloadEvents WORDS = new PayloadEvents("slipway://here", "default");
    static final ModelLog ALL =
            new ModelLog("sink", 1, Set.of(ModelLog.What.REQUEST, ModelLog.What.RESPONSE), Set.of());

    private Samples() {}

    static Prediction prediction(String id) {
        return prediction(id, Prediction.Outcome.OK);
    }

    static Prediction failed(String id, String message) {
        return prediction(id, new Prediction.Outcome(ErrorCode.INVALID_ARGUMENT, message));
    }

    private static Prediction prediction(String id, Prediction.Outcome outcome) {
        return new Prediction(
                id,
                new Prediction.Origin("request-" + id, "anna", "127.0.0.1:9", "v2-rest"),
                new Prediction.Served("fraud", 7, "serving_default"),
                outcome,
                new Prediction.Phases(1_000, 2_000, 3_000, 4_000, 10_000),
                new Prediction.Size(1, 10, 10));
    }

    static Tensor floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(DType.FP32, Shape.of(1, values.length), data.flip());
    }

    static Tensor texts(String... values) {
        int bytes = 0;
        for (String value : values) {
            bytes += 4 + value.getBytes(StandardCharsets.UTF_8).length;
        }
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (String value : values) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            data.putInt(utf8.length).put(utf8);
        }
        return new Tensor(DType.STRING, Shape.of(values.length), data.flip());
    }

    /** Has a prediction of a request and its answer taken down. */
    static void predict(PredictionLog log, String id, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        PredictionFollower follower = log.follow("fraud");
        if (follower != null) {
            follower.decoded(inputs);
            follower.answered(outputs);
            follower.ended(prediction(id), "");
        }
    }
}

package dev.slipway.protocol.tfserving.recorded;

import java.nio.ByteBuffer;

/**
 * A request as it was recorded.
 *
 * @param message a PredictRequest, ClassificationRequest, RegressionRequest or MultiInferenceRequest
 */
public record RecordedRequest(Kind kind, ByteBuffer message) {
    /** Which of TensorFlow Serving's calls it was for. */
    public enum Kind {
        PREDICT,
        CLASSIFY,
        REGRESS,
        MULTI_INFERENCE
    }
}

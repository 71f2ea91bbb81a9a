package dev.slipway.protocol.torchserve;

import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import java.util.Map;

/**
 * What the body of a prediction asks.
 *
 * @param signature the one that it is for
 * @param inputs by name; dtypes and shapes fit the signature
 * @param form which decides in which form it is answered
 */
public record Prediction(Signature signature, Map<String, Tensor> inputs, Form form) {
    /** In which form the inputs came. */
    public enum Form {
        /** One row, as it is: answered by what the model says of it. */
        ROW,
        /** Rows in a list: answered by a list. */
        ROWS,
        /** TensorFlow Serving's {@code {"instances": ...}}: answered by {@code {"predictions": ...}}. */
        INSTANCES,
        /** TensorFlow Serving's {@code {"inputs": ...}}: answered by {@code {"outputs": ...}}. */
        INPUTS
    }
}

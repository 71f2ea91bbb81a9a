package dev.slipway.protocol.tfserving;

import dev.slipway.api.ModelDescription;

/** What TensorFlow Serving's metadata says a signature is for. */
public final class SignatureMethod {
    /** Where a model's own metadata says it: {@code method_name.serving_default}. */
    private static final String KEY = "method_name.";

    private static final String PREDICT = "tensorflow/serving/predict";

    private SignatureMethod() {}

    /** The method's name as the model has it; that of Predict where it says none. */
    public static String of(ModelDescription model, String signature) {
        String found = model.metadata().getOrDefault(KEY + signature, "");
        return found.isEmpty() ? PREDICT : found;
    }
}

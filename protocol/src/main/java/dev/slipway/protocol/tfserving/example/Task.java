package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.util.List;
import java.util.Map;

/** What is made of a model's outputs. */
public enum Task {
    CLASSIFY("tensorflow/serving/classify"),
    REGRESS("tensorflow/serving/regress");

    private final String methodName;

    Task(String methodName) {
        this.methodName = methodName;
    }

    /**
     * The task of a method's name.
     *
     * @throws SlipwayException {@code UNIMPLEMENTED} when there is none, as in TensorFlow Serving
     */
    public static Task of(String methodName) {
        for (Task task : values()) {
            if (task.methodName.equals(methodName)) {
                return task;
            }
        }
        throw new SlipwayException(
                ErrorCode.UNIMPLEMENTED,
                "method_name '%s' (expected: %s or %s)".formatted(methodName, CLASSIFY.methodName, REGRESS.methodName));
    }

    /**
     * The outputs that {@link #result} reads.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when the signature has none that could be meant
     */
    public List<String> outputs(Signature signature, ModelDescription model) {
        return this == CLASSIFY
                ? ClassOutputs.of(signature, model.classes()).wanted()
                : List.of(Regressions.output(signature));
    }

    /**
     * What is answered. It reads from {@code outputs}.
     *
     * @param model that answered
     * @param examples of the request
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the outputs are not of a shape that says something of each
     *     example
     */
    public ExampleResult result(
            Signature signature, ModelDescription model, Map<String, Tensor> outputs, int examples) {
        return this == CLASSIFY
                ? ClassOutputs.of(signature, model.classes()).read(outputs, examples)
                : Regressions.of(Regressions.output(signature), outputs, examples);
    }
}

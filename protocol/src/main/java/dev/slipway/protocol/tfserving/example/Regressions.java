package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** One value for each example. */
public final class Regressions implements ExampleResult {
    /** What a SavedModel calls it. */
    private static final String OUTPUT = "outputs";

    private final Tensor values;
    private final int examples;

    private Regressions(Tensor values, int examples) {
        this.values = values;
        this.examples = examples;
    }

    /**
     * The output that holds the values: {@value #OUTPUT}, the only float, or the only one of a number a row.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when there is none, or several
     */
    static String output(Signature signature) {
        List<TensorSpec> floats = signature.outputs().stream()
                .filter(output -> output.dtype().isFloat() && !output.sequence())
                .toList();
        List<TensorSpec> named =
                floats.stream().filter(output -> output.name().equals(OUTPUT)).toList();
        List<TensorSpec> found = named.isEmpty() ? floats : named;
        if (found.size() > 1) {
            found = found.stream()
                    .filter(output -> isValueOfRow(output.shape()))
                    .toList();
        }
        if (found.size() != 1) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "signature '%s' has the outputs %s (expected: '%s', or one of a float a row)"
                            .formatted(signature.name(), InputCheck.names(signature.outputs()), OUTPUT));
        }
        return found.get(0).name();
    }

    private static boolean isValueOfRow(Shape shape) {
        return !shape.isAnyRank() && (shape.rank() == 1 || (shape.rank() == 2 && shape.dim(1) == 1));
    }

    static Regressions of(String output, Map<String, Tensor> outputs, int examples) {
        Tensor values = ClassOutputs.present(output, outputs);
        if (!isValueOfRow(values.shape()) || values.elementCount() != examples) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "output '%s' has shape %s (expected: [%d] or [%d, 1], a value of each example)"
                            .formatted(output, values.shape(), examples, examples));
        }
        return new Regressions(values, examples);
    }

    /** How many values there are. */
    public int count() {
        return examples;
    }

    /** Hands on each value, which is a float. */
    public void each(DoubleConsumer consumer) {
        FloatValues next = new FloatValues(values);
        for (int example = 0; example < examples; example++) {
            consumer.accept(next.next());
        }
    }
}

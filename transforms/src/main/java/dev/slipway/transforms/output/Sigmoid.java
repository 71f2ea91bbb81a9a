package dev.slipway.transforms.output;

import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import org.jspecify.annotations.Nullable;

/**
 * Makes a probability of each score by itself: {@code 1 / (1 + exp(-x))}, in float64, rounded once to the output's own type,
 * or to float32 for whole numbers. NaN stays NaN.
 */
public record Sigmoid() implements OutputSettings.Operation {
    public static final String KEY = "sigmoid";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        return Formulas.each(in, KEY, x -> 1 / (1 + Math.exp(-x)));
    }
}

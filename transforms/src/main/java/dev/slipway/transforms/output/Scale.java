package dev.slipway.transforms.output;

import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies each number, in float64, rounded once to the output's own type, or to float32 for whole numbers.
 *
 * @param factor finite
 */
public record Scale(double factor) implements OutputSettings.Operation {
    public static final String KEY = "scale";

    public Scale {
        if (!Double.isFinite(factor)) {
            throw new IllegalArgumentException("scale: %s (expected: a number)".formatted(factor));
        }
    }

    @Override
    public Object written() {
        return Map.of(KEY, BigDecimal.valueOf(factor));
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        return Formulas.each(in, KEY, x -> x * factor);
    }
}

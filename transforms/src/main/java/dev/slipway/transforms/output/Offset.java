package dev.slipway.transforms.output;

import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds to each number, in float64, rounded once to the output's own type, or to float32 for whole numbers.
 *
 * @param addend finite
 */
public record Offset(double addend) implements OutputSettings.Operation {
    public static final String KEY = "offset";

    public Offset {
        if (!Double.isFinite(addend)) {
            throw new IllegalArgumentException("offset: %s (expected: a number)".formatted(addend));
        }
    }

    @Override
    public Object written() {
        return Map.of(KEY, BigDecimal.valueOf(addend));
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        return Formulas.each(in, KEY, x -> x + addend);
    }
}

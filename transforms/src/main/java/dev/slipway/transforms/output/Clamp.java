package dev.slipway.transforms.output;

import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each number within bounds; NaN stays NaN. Whole numbers become float32.
 *
 * @param least finite, at most {@code most}
 * @param most finite
 */
public record Clamp(double least, double most) implements OutputSettings.Operation {
    public static final String KEY = "clamp";

    public Clamp {
        if (!Double.isFinite(least) || !Double.isFinite(most) || least > most) {
            throw new IllegalArgumentException("clamp: [%s, %s] (expected: [least, most])".formatted(least, most));
        }
    }

    @Override
    public Object written() {
        return Map.of(KEY, List.of(BigDecimal.valueOf(least), BigDecimal.valueOf(most)));
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        return Formulas.each(in, KEY, x -> Math.min(Math.max(x, least), most));
    }
}

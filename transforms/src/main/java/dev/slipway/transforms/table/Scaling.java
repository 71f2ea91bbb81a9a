package dev.slipway.transforms.table;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings numbers to the size that a model was trained on, in float64. NaN stays NaN.
 *
 * @param isOfBounds whether the two are a least and a most, {@code (x - first) / (second - first)}; else a mean and a standard
 *     deviation, {@code (x - first) / second}
 * @param first finite
 * @param second finite; such that nothing is divided by 0
 */
public record Scaling(boolean isOfBounds, double first, double second) {
    public Scaling {
        double divisor = isOfBounds ? second - first : second;
        if (!Double.isFinite(first) || !Double.isFinite(divisor) || divisor <= 0) {
            throw new IllegalArgumentException("scale: %s and %s (expected: %s)"
                    .formatted(first, second, isOfBounds ? "min, and a larger max" : "mean, and a std above 0"));
        }
    }

    double apply(double number) {
        return (number - first) / (isOfBounds ? second - first : second);
    }

    Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(isOfBounds ? "min" : "mean", BigDecimal.valueOf(first));
        keys.put(isOfBounds ? "max" : "std", BigDecimal.valueOf(second));
        return keys;
    }
}

package dev.slipway.backend.trees;

import dev.slipway.api.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A feature that the file names.
 *
 * @param dtype what clients send: STRING for categories that are text, otherwise that of the matrix
 * @param codes what stands for a category in the matrix, by text or by number; empty for a feature that has none, or whose
 *     categories the file does not say
 */
record Column(String name, DType dtype, Map<Object, Integer> codes) {
    /** A feature whose values go into the matrix as they are. */
    static Column plain(String name, DType matrix) {
        return new Column(name, matrix, Map.of());
    }

    /** @param categories in the order of their codes: all String, or all Double */
    static Column of(String name, DType matrix, List<?> categories) {
        boolean isText = categories.stream().allMatch(String.class::isInstance);
        boolean isNumber = categories.stream().allMatch(Double.class::isInstance);
        if (categories.isEmpty() || !(isText || isNumber)) {
            return plain(name, matrix);
        }
        Map<Object, Integer> codes = new HashMap<>();
        categories.forEach(category -> codes.putIfAbsent(category, codes.size()));
        return new Column(name, isText ? DType.STRING : matrix, codes);
    }
}

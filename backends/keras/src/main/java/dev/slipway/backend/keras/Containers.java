package dev.slipway.backend.keras;

import java.util.Locale;
import java.util.Map;

/**
 * The names of folders in {@code model.weights.h5}: a layer's class, and a number where there are several.
 *
 * @see <a href="https://github.com/keras-team/keras/blob/v3.15.0/keras/src/utils/naming.py">naming.to_snake_case</a>
 */
final class Containers {
    private Containers() {}

    /** {@code conv2d_transpose} for Conv2DTranspose; the second is {@code conv2d_transpose_1}. */
    static String unique(String className, Map<String, Integer> used) {
        String name = className
                .replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
        int before = used.merge(name, 1, Integer::sum) - 1;
        return before == 0 ? name : name + "_" + before;
    }
}

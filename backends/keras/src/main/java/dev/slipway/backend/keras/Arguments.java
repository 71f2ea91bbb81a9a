package dev.slipway.backend.keras;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a layer is called with.
 *
 * @param inputs tensors, in order
 * @param named tensors, by name: {@code initial_state}
 * @param settings what else is said, by name: {@code use_causal_mask}
 */
record Arguments(List<Value> inputs, Map<String, List<Value>> named, Map<String, @Nullable Object> settings) {
    static Arguments of(List<Value> inputs) {
        return new Arguments(inputs, Map.of(), Map.of());
    }

    /** The name in {@link #settings} of what is no tensor, but has a place among those. */
    static String place(int index) {
        return " argument " + index;
    }

    boolean isSet(String setting) {
        return Boolean.TRUE.equals(settings.get(setting));
    }
}

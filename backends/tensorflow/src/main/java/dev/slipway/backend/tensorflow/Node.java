package dev.slipway.backend.tensorflow;

import dev.slipway.api.Shape;
import java.util.List;
import java.util.Map;

/**
 * A node of a graph, as far as a description needs it.
 *
 * @param op what it does
 * @param types of its attributes that are types, the numbers by name
 * @param numbers of its attributes that are numbers, by name
 * @param shape the attribute of this name; {@link Shape#ANY} where it has none
 */
record Node(String op, Map<String, List<Integer>> types, Map<String, Long> numbers, Shape shape) {
    /** Whether requests give its value. */
    boolean isPlaceholder() {
        return op.equals("Placeholder") || op.equals("PlaceholderV2") || op.equals("PlaceholderWithDefault");
    }

    /** Whether it gives the handle of a variable. */
    boolean isVariable() {
        return op.equals("VarHandleOp");
    }

    /** The element type of a placeholder or variable, by number; 0 where it says none. */
    int valueType() {
        List<Integer> found = types.getOrDefault("dtype", List.of());
        return found.size() == 1 ? found.get(0) : 0;
    }
}

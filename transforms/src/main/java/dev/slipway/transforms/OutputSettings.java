package dev.slipway.transforms;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One output that clients get.
 *
 * @param name what clients call it
 * @param from the model's output that it is made of; empty for the model's only one, or the one of the same name
 * @param operations what is done to it, in this order
 * @param classes a file that says what the places of its last axis stand for; null for the one that all share
 */
public record OutputSettings(
        String name,
        String from,
        List<Operation> operations,
        @Nullable Path classes) {
    public OutputSettings {
        operations = List.copyOf(operations);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: at least one character)");
        }
    }

    /** As a configuration file says it; read back, it is the same. */
    public Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("name", name);
        if (!from.isEmpty()) {
            keys.put("from", from);
        }
        if (!operations.isEmpty()) {
            keys.put("apply", operations.stream().map(Operation::written).toList());
        }
        if (classes != null) {
            keys.put("classes", classes.toString());
        }
        return keys;
    }

    /** One operation. */
    public interface Operation {
        /** As a configuration file says it: a word, or a map of one. */
        Object written();
    }
}

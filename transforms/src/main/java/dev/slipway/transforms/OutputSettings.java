package dev.slipway.transforms;

import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One output that clients get.
 *
 * @param name what clients call it; empty for what the model calls it. An operation that makes several tensors calls each
 *     by what it is, behind the name and {@code _} where there is one: {@code scores}, {@code top_scores}
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
    }

    /** As a configuration file says it; read back, it is the same. */
    public Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (!name.isEmpty()) {
            keys.put("name", name);
        }
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

    /** One operation. Values alone. */
    public interface Operation {
        /** As a configuration file says it: a word, or a map of one. */
        Object written();

        /**
         * Makes ready what it does to one output.
         *
         * @param in what comes in, by the model's name
         * @param classes what the places of the last axis stand for; null when that is not known
         * @throws dev.slipway.api.SlipwayException {@code FAILED_PRECONDITION} when it can't be done to that, naming the
         *     output
         */
        OutputPart open(TensorSpec in, @Nullable ClassNames classes);
    }
}

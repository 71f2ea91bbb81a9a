package dev.slipway.backend.keras;

import dev.slipway.backend.keras.ModelConfig.Invocation;
import dev.slipway.backend.keras.ModelConfig.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code inbound_nodes}: which tensors a layer is called with. Keras 1 and 2 write a list of {@code [layer, call,
 * tensor, {named}]} for each call, Keras 3 {@code {"args": ..., "kwargs": ...}} with tensors as maps.
 */
final class Invocations {
    private Invocations() {}

    static List<Invocation> of(@Nullable Object nodes, String subject) {
        List<Invocation> calls = new ArrayList<>();
        if (nodes instanceof List<?> list) {
            for (Object node : list) {
                calls.add(node(node, subject));
            }
        }
        return calls;
    }

    private static Invocation node(@Nullable Object node, String subject) {
        List<Reference> inputs = new ArrayList<>();
        Map<String, List<Reference>> named = new LinkedHashMap<>();
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (node instanceof Map<?, ?> map) {
            if (map.get("args") instanceof List<?> args) {
                for (int i = 0; i < args.size(); i++) {
                    int before = inputs.size();
                    tensors(args.get(i), inputs);
                    if (inputs.size() == before) {
                        settings.put(Arguments.place(i), args.get(i));
                    }
                }
            }
            named(map.get("kwargs"), named, settings);
        } else if (node instanceof List<?> list && isReference(list)) {
            tensors(list, inputs);
            named(list.size() > 3 ? list.get(3) : null, named, settings);
        } else if (node instanceof List<?> list) {
            for (Object item : list) {
                Reference reference = reference(item);
                if (reference == null || !(item instanceof List<?> parts)) {
                    throw Faults.invalid(
                            "%s is called with '%s' (expected: a layer's name and two numbers)", subject, item);
                }
                inputs.add(reference);
                named(parts.size() > 3 ? parts.get(3) : null, named, settings);
            }
        } else {
            throw Faults.invalid("%s is called with '%s' (expected: tensors)", subject, node);
        }
        return new Invocation(inputs, named, settings);
    }

    private static void named(
            @Nullable Object said, Map<String, List<Reference>> named, Map<String, @Nullable Object> settings) {
        if (said instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                List<Reference> tensors = new ArrayList<>();
                tensors(value, tensors);
                if (tensors.isEmpty()) {
                    settings.put(String.valueOf(key), value);
                } else {
                    named.put(String.valueOf(key), tensors);
                }
            });
        }
    }

    /** All tensors in a value, however deep. */
    private static void tensors(@Nullable Object value, List<Reference> to) {
        Reference reference = reference(value);
        if (reference != null) {
            to.add(reference);
        } else if (value instanceof List<?> list) {
            list.forEach(item -> tensors(item, to));
        } else if (value instanceof Map<?, ?> map && !map.containsKey("class_name")) {
            map.values().forEach(item -> tensors(item, to));
        }
    }

    /** The tensor that a value stands for; null for none. */
    static @Nullable Reference reference(@Nullable Object value) {
        if (value instanceof Map<?, ?> map
                && "__keras_tensor__".equals(map.get("class_name"))
                && map.get("config") instanceof Map<?, ?> config) {
            return reference(config.get("keras_history"));
        }
        return value instanceof List<?> list && isReference(list)
                ? new Reference(
                        String.valueOf(list.get(0)),
                        ((Number) list.get(1)).intValue(),
                        ((Number) list.get(2)).intValue())
                : null;
    }

    private static boolean isReference(List<?> list) {
        return list.size() >= 3
                && list.get(0) instanceof String
                && list.get(1) instanceof Number
                && list.get(2) instanceof Number;
    }
}

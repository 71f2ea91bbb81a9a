package dev.slipway.backend.keras;

import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says of one layer: its class, its name and the arguments that it was made with. Names of arguments
 * may be tried in turn, since Keras 1 had others: {@code units} and {@code output_dim}.
 *
 * @param className of Python: {@code Dense}
 * @param name unique within its model
 * @param values arguments by name
 */
record LayerConfig(String className, String name, Map<String, @Nullable Object> values) {
    /** Where a layer's Python module is kept, beside its arguments. */
    static final String MODULE = " module";

    private static final int LIST_MAX = 64;

    /** Reads {@code {"class_name": ..., "config": {...}}}, the form in which layers hold other layers. */
    static LayerConfig of(@Nullable Object value, String subject) {
        if (value instanceof Map<?, ?> map
                && map.get("class_name") instanceof String className
                && map.get("config") instanceof Map<?, ?> config) {
            Object name = config.get("name");
            Map<String, @Nullable Object> values = new java.util.LinkedHashMap<>(Json.cast(config));
            if (map.get("module") instanceof String module) {
                values.put(MODULE, module);
            }
            return new LayerConfig(className, name instanceof String text ? text : className, values);
        }
        throw Faults.invalid("%s is no layer (expected: a class_name and a config)", subject);
    }

    /** As messages have it: {@code layer 'dense_1' (Dense)}. */
    String subject() {
        return "layer '%s' (%s)".formatted(name, className);
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    @Nullable
    Object get(String... keys) {
        for (String key : keys) {
            Object value = values.get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    String text(String otherwise, String... keys) {
        Object value = get(keys);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(value, "text", keys);
    }

    boolean flag(boolean otherwise, String... keys) {
        Object value = get(keys);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(value, "true or false", keys);
    }

    double number(double otherwise, String... keys) {
        Object value = get(keys);
        if (value == null) {
            return otherwise;
        }
        // Keras 2 writes NumPy numbers as {"class_name": "__numpy__", ...} or as {"value": ...}.
        if (value instanceof Map<?, ?> map && map.get("value") instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong(value, "a number", keys);
    }

    /** A whole number that must be there, of at least {@code min}. */
    int count(int min, String... keys) {
        Object value = get(keys);
        if (value instanceof Number number
                && number.doubleValue() == number.longValue()
                && number.longValue() >= min
                && number.longValue() <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong(value, "a whole number of at least " + min, keys);
    }

    /** A whole number, or {@code otherwise} where nothing is said. */
    int countOr(int otherwise, String... keys) {
        return get(keys) == null ? otherwise : count(Integer.MIN_VALUE, keys);
    }

    /** Whole numbers, {@code size} of them; a single one stands for all, and nothing for {@code otherwise}. */
    int[] counts(int size, int otherwise, String... keys) {
        Object value = get(keys);
        int[] counts = new int[size];
        if (value == null || value instanceof Number) {
            java.util.Arrays.fill(counts, value == null ? otherwise : count(0, keys));
            return counts;
        }
        int[] all = counts(keys);
        if (all.length == 1 && size > 1) {
            java.util.Arrays.fill(counts, all[0]);
            return counts;
        }
        if (all.length != size) {
            throw wrong(value, size + " whole numbers", keys);
        }
        return all;
    }

    /** A list of whole numbers; null in it is -1. */
    int[] counts(String... keys) {
        Object value = get(keys);
        if (value instanceof Number) {
            return new int[] {count(Integer.MIN_VALUE, keys)};
        }
        Object items = value instanceof Map<?, ?> map && map.get("items") != null ? map.get("items") : value;
        if (!(items instanceof List<?> list) || list.size() > LIST_MAX) {
            throw wrong(value, "a list of whole numbers", keys);
        }
        int[] counts = new int[list.size()];
        for (int i = 0; i < counts.length; i++) {
            Object item = list.get(i);
            if (item != null
                    && !(item instanceof Number number && Math.abs(number.doubleValue()) <= Integer.MAX_VALUE)) {
                throw wrong(value, "a list of whole numbers", keys);
            }
            counts[i] = item instanceof Number number ? number.intValue() : -1;
        }
        return counts;
    }

    /** Pairs of numbers, one for each axis: {@code 1}, {@code [1, 2]} and {@code [[1, 1], [2, 2]]} for two axes. */
    int[][] pairs(int axes, String... keys) {
        Object value = get(keys);
        int[][] pairs = new int[axes][];
        if (value instanceof List<?> list
                && ((list.size() == axes && list.get(0) instanceof List<?>) || (axes == 1 && list.size() == 2))) {
            List<?> outer = list.get(0) instanceof List<?> ? list : List.of(list);
            for (int i = 0; i < axes; i++) {
                LayerConfig one = new LayerConfig(className, name, Map.of("pair", outer.get(i)));
                pairs[i] = one.counts(2, 0, "pair");
            }
            return pairs;
        }
        int[] counts = counts(axes, 0, keys);
        for (int i = 0; i < axes; i++) {
            pairs[i] = new int[] {counts[i], counts[i]};
        }
        return pairs;
    }

    /** The layers in a list. */
    List<LayerConfig> layers(String key) {
        List<LayerConfig> layers = new ArrayList<>();
        if (values.get(key) instanceof List<?> list) {
            list.forEach(item -> layers.add(of(item, subject() + ": '" + key + "'")));
        }
        return layers;
    }

    private SlipwayException wrong(@Nullable Object found, String expected, String... keys) {
        String text = String.valueOf(found);
        return Faults.invalid(
                "%s: '%s' is %s (expected: %s)",
                subject(), keys[0], text.length() > 80 ? text.substring(0, 80) + "..." : text, expected);
    }
}

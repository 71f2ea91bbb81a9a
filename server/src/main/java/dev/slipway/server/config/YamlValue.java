package dev.slipway.server.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value of a YAML file, and where it stands.
 *
 * @param content a map of text to values, a list of values, text, a {@link BigDecimal}, a {@link Boolean}, or null
 * @param path its keys from the top: {@code models.fraud.labels}; empty for the whole
 * @param line from 1; for the value of a key, that of the key
 */
record YamlValue(@Nullable Object content, String path, int line) {
    /** Letters of a value that a message shows. */
    private static final int SHOWN_MAX = 40;

    @SuppressWarnings("unchecked") // Checked when it was made.
    Map<String, YamlValue> map() {
        return content instanceof Map<?, ?> map ? (Map<String, YamlValue>) map : Map.of();
    }

    boolean isMap() {
        return content instanceof Map;
    }

    @SuppressWarnings("unchecked") // Checked when it was made.
    List<YamlValue> list() {
        return content instanceof List<?> list ? (List<YamlValue>) list : List.of();
    }

    boolean isList() {
        return content instanceof List;
    }

    /** As messages show it: {@code 'seven'}, {@code 7}, {@code true}, {@code nothing}, {@code a map}. */
    String shown() {
        if (content instanceof Map) {
            return "a map";
        }
        if (content instanceof List) {
            return list().stream().map(YamlValue::shown).collect(Collectors.joining(", ", "[", "]"));
        }
        if (content instanceof String text) {
            return "'" + (text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text) + "'";
        }
        return content == null ? "nothing" : content.toString();
    }
}

package dev.slipway.server.endpoint.management;

import dev.slipway.protocol.json.JsonReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JSON value, read whole. */
record JsonTree(@Nullable Object value) {
    static JsonTree parse(String json) {
        JsonReader in = new JsonReader(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        JsonTree tree = read(in);
        in.endDocument();
        return tree;
    }

    private static JsonTree read(JsonReader in) {
        switch (in.peek()) {
            case '{' -> {
                Map<String, JsonTree> fields = new LinkedHashMap<>();
                in.beginObject();
                while (in.nextName()) {
                    String name = in.name();
                    if (fields.put(name, read(in)) != null) {
                        throw new AssertionError("'%s' is there twice".formatted(name));
                    }
                }
                return new JsonTree(fields);
            }
            case '[' -> {
                List<JsonTree> elements = new ArrayList<>();
                in.beginArray();
                while (in.nextElement()) {
                    elements.add(read(in));
                }
                return new JsonTree(elements);
            }
            case '"' -> {
                return new JsonTree(in.string());
            }
            case 't', 'f' -> {
                return new JsonTree(in.bool());
            }
            default -> {
                in.skipValue();
                return new JsonTree(null);
            }
        }
    }

    @SuppressWarnings("unchecked")
    Map<String, JsonTree> fields() {
        return (Map<String, JsonTree>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    List<JsonTree> elements() {
        return (List<JsonTree>) Objects.requireNonNull(value);
    }

    boolean isObject() {
        return value instanceof Map;
    }

    boolean isArray() {
        return value instanceof List;
    }

    boolean has(String name) {
        return fields().containsKey(name);
    }

    JsonTree get(String name) {
        JsonTree found = fields().get(name);
        if (found == null) {
            throw new AssertionError("no '%s' in %s".formatted(name, this));
        }
        return found;
    }

    int size() {
        return elements().size();
    }

    String text() {
        return (String) Objects.requireNonNull(value);
    }
}

package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.text.Spelling;
import dev.slipway.server.endpoint.RestPath;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Reads small JSON objects; a key that is not known is an error that names the nearest. */
final class Fields {
    /** Read on the event loop: longer ones are no wishes, but mistakes. */
    static final int BYTES_MAX = 16 << 10;

    private Fields() {}

    /** Takes the value of a key, which comes next. */
    @FunctionalInterface
    interface Value {
        void read(String key, JsonReader in);
    }

    /**
     * Reads a whole body; an empty one is an empty object.
     *
     * @param known the keys there may be, each once
     */
    static void readBody(ByteBuffer body, Collection<String> known, Value value) {
        if (body.remaining() > BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the body has %d bytes (expected: at most %d)".formatted(body.remaining(), BYTES_MAX));
        }
        if (body.hasRemaining()) {
            JsonReader in = new JsonReader(body);
            read(in, known, value);
            in.endDocument();
        }
    }

    private static void read(JsonReader in, Collection<String> known, Value value) {
        Set<String> seen = new HashSet<>();
        in.beginObject();
        while (in.nextName()) {
            String key = in.name();
            if (!known.contains(key)) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "JSON, key '%s' is unknown (expected: %s)"
                                .formatted(
                                        key,
                                        Spelling.nearest(key, known)
                                                .map("'%s'"::formatted)
                                                .orElse(String.join(", ", new TreeSet<>(known)))));
            }
            if (!seen.add(key)) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT, "JSON, key '%s' is there twice (expected: once)".formatted(key));
            }
            value.read(key, in);
        }
    }

    /** A version or revision: a whole number, or one in quotes, as numbers of more than 53 bits need it in many a language. */
    static long number(JsonReader in) {
        return in.peek() == '"' ? RestPath.version(in.string()).version() : in.wholeNumber();
    }
}

package dev.slipway.monitoring.log;

import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must not be taken down: inputs and outputs by name, and, within texts, what a JSON object holds under such a name.
 * Upper and lower case are the same. A text that has such a name in it and is no JSON is left out as a whole.
 */
public final class Redaction {
    /** Instead of a text. */
    static final String MARK = "[redacted]";

    /** Nothing is left out. */
    public static final Redaction NONE = new Redaction(Set.of());

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    public Redaction(Set<String> names) {
        this.names.addAll(names);
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Whether what has this name is left out. */
    boolean covers(String name) {
        return names.contains(name);
    }

    /** What may be taken down of the bytes of a text. */
    byte[] text(byte[] utf8) {
        if (!mentions(utf8)) {
            return utf8;
        }
        try {
            JsonReader in = new JsonReader(ByteBuffer.wrap(utf8));
            byte first = in.peek();
            if (first == '{' || first == '[') {
                JsonWriter out = new JsonWriter(utf8.length);
                copy(in, out, utf8);
                in.endDocument();
                ByteBuffer written = out.toByteBuffer();
                byte[] kept = new byte[written.remaining()];
                written.get(kept);
                return kept;
            }
        } catch (SlipwayException e) {
            // No JSON: below.
        }
        return MARK.getBytes(StandardCharsets.US_ASCII);
    }

    /** Names may be written with escapes, so that what has one counts as if it had a name. */
    private boolean mentions(byte[] utf8) {
        String lower = new String(utf8, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        return lower.contains("\\u") || names.stream().anyMatch(name -> lower.contains(name.toLowerCase(Locale.ROOT)));
    }

    private void copy(JsonReader in, JsonWriter out, byte[] source) {
        switch (in.peek()) {
            case '{' -> {
                in.beginObject();
                out.beginObject();
                while (in.nextName()) {
                    String name = in.name();
                    out.name(name);
                    if (covers(name)) {
                        in.skipValue();
                        out.string(MARK);
                    } else {
                        copy(in, out, source);
                    }
                }
                out.endObject();
            }
            case '[' -> {
                in.beginArray();
                out.beginArray();
                while (in.nextElement()) {
                    copy(in, out, source);
                }
                out.endArray();
            }
            case '"' ->
                out.string(new String(text(in.string().getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
            default -> {
                int from = in.position();
                in.skipValue();
                out.literal(new String(source, from, in.position() - from, StandardCharsets.ISO_8859_1));
            }
        }
    }
}

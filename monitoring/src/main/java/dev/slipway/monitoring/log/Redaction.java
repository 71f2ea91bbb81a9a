package dev.slipway.monitoring.log;

import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must not be taken down: inputs and outputs by name, and, within texts, what a JSON object holds under such a name.
 * Upper and lower case are the same. A text that has such a name in it and is no JSON is left out as a whole, and so is JSON that has
 * one among its values: what lies beside it may be what it names.
 */
public final class Redaction {
    /** Instead of a text. */
    static final String MARK = "[redacted]";

    /** Nothing is left out. */
    public static final Redaction NONE = new Redaction(Set.of());

    /** A letter as JSON may have it. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\u[0-9a-f]{4}");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /** Whether a name has characters that JSON may or must write with a reverse solidus before them. */
    private final boolean areEscapable;

    public Redaction(Set<String> names) {
        this.names.addAll(names);
        this.areEscapable = names.stream()
                .anyMatch(name -> name.chars().anyMatch(c -> c < ' ' || c == '"' || c == '/' || c == '\\'));
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
        byte[] kept = kept(utf8);
        return kept == null ? MARK.getBytes(StandardCharsets.US_ASCII) : kept;
    }

    /** Null for a text that is left out as a whole. */
    private byte @Nullable [] kept(byte[] utf8) {
        if (!mentions(utf8)) {
            return utf8;
        }
        try {
            JsonReader in = new JsonReader(ByteBuffer.wrap(utf8));
            byte first = in.peek();
            if (first == '{' || first == '[') {
                JsonWriter out = new JsonWriter(utf8.length);
                if (copy(in, out, utf8)) {
                    in.endDocument();
                    ByteBuffer written = out.toByteBuffer();
                    byte[] kept = new byte[written.remaining()];
                    written.get(kept);
                    return kept;
                }
            }
        } catch (SlipwayException e) {
            // No JSON: below.
        }
        return null;
    }

    /** Names may be written with escapes, so that what has one counts as if it had a name. */
    private boolean mentions(byte[] utf8) {
        String lower = new String(utf8, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        return (areEscapable && lower.indexOf('\\') >= 0)
                || ESCAPED.matcher(lower).find()
                || names.stream().anyMatch(name -> lower.contains(name.toLowerCase(Locale.ROOT)));
    }

    /** Copies a value without what is left out; false where that would be all of the text. */
    private boolean copy(JsonReader in, JsonWriter out, byte[] source) {
        return switch (in.peek()) {
            case '{' -> copyObject(in, out, source);
            case '[' -> copyArray(in, out, source);
            case '"' -> {
                byte[] kept = kept(in.string().getBytes(StandardCharsets.UTF_8));
                if (kept != null) {
                    out.string(kept, 0, kept.length);
                }
                yield kept != null;
            }
            default -> {
                int from = in.position();
                in.skipValue();
                out.literal(new String(source, from, in.position() - from, StandardCharsets.ISO_8859_1));
                yield true;
            }
        };
    }

    private boolean copyObject(JsonReader in, JsonWriter out, byte[] source) {
        in.beginObject();
        out.beginObject();
        while (in.nextName()) {
            String name = in.name();
            out.name(name);
            if (covers(name)) {
                in.skipValue();
                out.string(MARK);
            } else if (!copy(in, out, source)) {
                return false;
            }
        }
        out.endObject();
        return true;
    }

    private boolean copyArray(JsonReader in, JsonWriter out, byte[] source) {
        in.beginArray();
        out.beginArray();
        while (in.nextElement()) {
            if (!copy(in, out, source)) {
                return false;
            }
        }
        out.endArray();
        return true;
    }
}

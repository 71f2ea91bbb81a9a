package dev.slipway.protocol.json;

import java.nio.charset.StandardCharsets;

/** Looks at the value that comes next, which stays unread. */
public final class LookAhead {
    private static final byte[] B64 = "b64".getBytes(StandardCharsets.US_ASCII);

    private LookAhead() {}

    /** Whether it is {@code {"b64": "..."}}, with that name only. */
    public static boolean isBase64Object(JsonReader in) {
        if (in.peek() != '{') {
            return false;
        }
        JsonReader.Mark mark = in.mark();
        in.beginObject();
        boolean base64 = in.nextName() && in.nameIs(B64) && in.peek() == '"';
        if (base64) {
            in.skipValue();
            base64 = !in.nextName();
        }
        in.reset(mark);
        return base64;
    }

    /** The number that comes next, as it is written. */
    public static String number(JsonReader in) {
        JsonReader.Mark mark = in.mark();
        String text = in.number("a number").text();
        in.reset(mark);
        return text;
    }

    /** What it is, for a message: a text, a number, {@code an array}; cut where it is long. */
    public static String found(JsonReader in) {
        byte next = in.peek();
        if (next == '{' || next == '[') {
            return next == '{' ? "an object" : "an array";
        }
        JsonReader.Mark mark = in.mark();
        in.skipValue();
        String text = in.textSince(mark);
        in.reset(mark);
        return JsonFault.shortened(text);
    }
}

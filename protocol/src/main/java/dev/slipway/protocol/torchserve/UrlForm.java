package dev.slipway.protocol.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code application/x-www-form-urlencoded}, of a body or behind a question mark. */
public final class UrlForm {
    private UrlForm() {}

    /**
     * The fields, in order.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a broken escape
     */
    public static List<Part> parts(ByteBuffer text) {
        List<Part> parts = new ArrayList<>();
        int start = text.position();
        while (start < text.limit()) {
            int end = indexOf(text, '&', start, text.limit());
            int equals = indexOf(text, '=', start, end);
            if (end > start) {
                String name = StandardCharsets.UTF_8
                        .decode(decoded(text, start, equals))
                        .toString();
                parts.add(new Part(name, "", decoded(text, Math.min(equals + 1, end), end)));
            }
            start = end + 1;
        }
        return parts;
    }

    /** The fields of what follows the question mark, the first of each name. */
    public static Map<String, String> query(String query) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Part part : parts(ByteBuffer.wrap(query.getBytes(StandardCharsets.UTF_8)))) {
            fields.putIfAbsent(
                    part.name(), StandardCharsets.UTF_8.decode(part.value()).toString());
        }
        return fields;
    }

    /** Whether it begins as a form does with one of these names: {@code data=}. */
    static boolean begins(ByteBuffer text, String name) {
        int length = name.length();
        if (text.remaining() <= length || text.get(text.position() + length) != '=') {
            return false;
        }
        for (int at = 0; at < length; at++) {
            if (text.get(text.position() + at) != name.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(ByteBuffer text, char wanted, int from, int to) {
        int at = from;
        while (at < to && text.get(at) != wanted) {
            at++;
        }
        return at;
    }

    private static ByteBuffer decoded(ByteBuffer text, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
        for (int at = from; at < to; at++) {
            byte next = text.get(at);
            if (next == '%') {
                int high = at + 2 < to ? Character.digit((char) text.get(at + 1), 16) : -1;
                int low = at + 2 < to ? Character.digit((char) text.get(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new SlipwayException(
                            ErrorCode.INVALID_ARGUMENT,
                            "form has a broken escape at byte %d (expected: %%XX)".formatted(at - text.position()));
                }
                out.write(high << 4 | low);
                at += 2;
            } else {
                out.write(next == '+' ? ' ' : next);
            }
        }
        return ByteBuffer.wrap(out.toByteArray());
    }
}

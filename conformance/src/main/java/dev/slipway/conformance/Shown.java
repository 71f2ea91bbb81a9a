package dev.slipway.conformance;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes for people: text where it is text, else hexadecimal; not endlessly. */
final class Shown {
    private static final int LENGTH_MAX = 2000;

    private Shown() {}

    static String of(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean plain = text.chars().allMatch(c -> c != '\uFFFD' && (c >= ' ' || c == '\n' || c == '\r' || c == '\t'));
        String shown = plain ? text : HexFormat.of().formatHex(bytes);
        return shown.length() <= LENGTH_MAX
                ? shown
                : "%s... (%d bytes)".formatted(shown.substring(0, LENGTH_MAX), bytes.length);
    }
}

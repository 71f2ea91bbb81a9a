package dev.slipway.conformance;

import com.google.protobuf.ByteString;
import java.util.HexFormat;

/** Bytes for people: text where it is text, else hexadecimal; not endlessly. */
final class Shown {
    private static final int LENGTH_MAX = 2000;

    private Shown() {}

    static String of(ByteString bytes) {
        String text = bytes.toStringUtf8();
        boolean plain = text.chars().allMatch(c -> c != '\uFFFD' && (c >= ' ' || c == '\n' || c == '\r' || c == '\t'));
        String shown = plain ? text : HexFormat.of().formatHex(bytes.toByteArray());
        return shown.length() <= LENGTH_MAX
                ? shown
                : "%s... (%d bytes)".formatted(shown.substring(0, LENGTH_MAX), bytes.size());
    }
}

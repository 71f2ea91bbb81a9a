package dev.slipway.protocol.json;

/**
 * Tells well-formed UTF-8 from other bytes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629#section-4">RFC 3629, section 4</a>
 */
public final class Utf8 {
    private Utf8() {}

    /** Bytes of the character beyond ASCII that starts at {@code at}; 0 when it is not well-formed. */
    static int length(byte[] bytes, int at, int limit) {
        int lead = bytes[at] & 0xFF;
        int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
        if (length == 0 || limit - at < length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        // Overlong forms, surrogates, and what lies beyond U+10FFFF show in the second byte.
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** Whether {@code length} bytes from {@code from} on are text. */
    public static boolean isText(byte[] bytes, int from, int length) {
        int limit = from + length;
        int at = from;
        while (at < limit) {
            int step = bytes[at] >= 0 ? 1 : length(bytes, at, limit);
            if (step == 0) {
                return false;
            }
            at += step;
        }
        return true;
    }

    /** Appends a character as UTF-8. */
    static void put(int codePoint, TensorBuffer out) {
        if (codePoint < 0x80) {
            out.putByte(codePoint);
        } else if (codePoint < 0x800) {
            out.putByte(0xC0 | (codePoint >> 6));
            out.putByte(0x80 | (codePoint & 0x3F));
        } else if (codePoint < 0x10000) {
            out.putByte(0xE0 | (codePoint >> 12));
            out.putByte(0x80 | ((codePoint >> 6) & 0x3F));
            out.putByte(0x80 | (codePoint & 0x3F));
        } else {
            out.putByte(0xF0 | (codePoint >> 18));
            out.putByte(0x80 | ((codePoint >> 12) & 0x3F));
            out.putByte(0x80 | ((codePoint >> 6) & 0x3F));
            out.putByte(0x80 | (codePoint & 0x3F));
        }
    }
}

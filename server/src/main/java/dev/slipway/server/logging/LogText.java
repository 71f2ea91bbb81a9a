package dev.slipway.server.logging;

import org.jspecify.annotations.Nullable;

/** Writes what others say so that it can't end a line, nor pass for a line of ours. */
final class LogText {
    private LogText() {}

    /** As one line: what is no visible character is escaped as in Java. */
    static void line(StringBuilder to, String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (isPlain(text, at, c)) {
                to.append(c);
            } else {
                escape(to, c);
            }
        }
    }

    /** As {@link #line} with quotes around it, those within escaped. */
    static void quoted(StringBuilder to, String text) {
        to.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (isPlain(text, at, c)) {
                to.append(c);
            } else {
                escape(to, c);
            }
        }
        to.append('"');
    }

    /** A member of a JSON object, with a comma before it unless it is the first; nothing where there is no value. */
    static void member(StringBuilder to, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            name(to, name);
            quoted(to, value);
        }
    }

    /** As {@link #member(StringBuilder, String, String)}. */
    static void member(StringBuilder to, String name, long value) {
        name(to, name);
        to.append(value);
    }

    private static void name(StringBuilder to, String name) {
        if (to.charAt(to.length() - 1) != '{') {
            to.append(',');
        }
        to.append('"').append(name).append("\":");
    }

    private static boolean isPlain(String text, int at, char c) {
        if (c < ' ' || c >= 0x7F) {
            return c > 0x9F && !isBreak(c) && isPaired(text, at, c);
        }
        return true;
    }

    /** What some readers take for the end of a line, and what turns the direction of what follows. */
    private static boolean isBreak(char c) {
        return c == '\u061C'
                || c == '\u200E'
                || c == '\u200F'
                || (c >= '\u2028' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }

    private static boolean isPaired(String text, int at, char c) {
        if (Character.isHighSurrogate(c)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        return !Character.isLowSurrogate(c) || (at > 0 && Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /** As both JSON and Java have it. */
    private static void escape(StringBuilder to, char c) {
        switch (c) {
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> {
                to.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    to.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            }
        }
    }
}

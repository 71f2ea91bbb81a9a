package dev.slipway.backend.keras;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into maps, lists, strings, Booleans, nulls and numbers: a Long where it is written as a whole number, else a
 * Double. NaN and infinities are numbers, as Python writes them.
 */
final class Json {
    /** Deeper than any model that people make; the parser calls itself. */
    private static final int DEPTH_MAX = 200;

    private final String text;
    private final String subject;
    private int at;
    private int depth;

    private Json(String text, String subject) {
        this.text = text;
        this.subject = subject;
    }

    /**
     * Reads a document that is an object.
     *
     * @param subject whose text it is, as messages say it
     * @throws SlipwayException {@code INVALID_ARGUMENT}
     */
    static Map<String, @Nullable Object> read(String text, String subject) {
        Json json = new Json(text, subject);
        Object value = json.value();
        json.space();
        if (!(value instanceof Map<?, ?> map) || json.at < text.length()) {
            throw json.broken("one object");
        }
        return cast(map);
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> cast(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private @Nullable Object value() {
        space();
        if (depth > DEPTH_MAX) {
            throw broken("at most %d levels".formatted(DEPTH_MAX));
        }
        return switch (peek()) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, @Nullable Object> map() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        at++;
        depth++;
        space();
        while (peek() != '}') {
            space();
            if (peek() != '"') {
                throw broken("a key");
            }
            String key = string();
            space();
            if (peek() != ':') {
                throw broken("a colon");
            }
            at++;
            map.put(key, value());
            next('}');
        }
        at++;
        depth--;
        return map;
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        depth++;
        space();
        while (peek() != ']') {
            list.add(value());
            next(']');
        }
        at++;
        depth--;
        return list;
    }

    /** Steps over a comma; leaves the end for the caller. */
    private void next(char end) {
        space();
        if (peek() == ',') {
            at++;
            space();
            if (peek() == end) {
                throw broken("a value behind the comma");
            }
        } else if (peek() != end) {
            throw broken("a comma, or " + end);
        }
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        at++;
        while (peek() != '"') {
            char letter = text.charAt(at++);
            string.append(letter == '\\' ? escaped() : letter);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char letter = peek();
        at++;
        if (letter == 'u') {
            try {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw broken("four hexadecimal digits");
            }
        }
        int known = "nrtbf".indexOf(letter);
        return known < 0 ? letter : "\n\r\t\b\f".charAt(known);
    }

    private @Nullable Object word() {
        int start = at;
        while (at < text.length() && ",]} \r\n\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> number(word);
        };
    }

    private Object number(String word) {
        try {
            if (word.matches("-?\\d{1,18}")) {
                return Long.valueOf(word);
            }
            return Double.valueOf(word);
        } catch (NumberFormatException e) {
            throw broken("a value");
        }
    }

    private void space() {
        while (at < text.length() && " \r\n\t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw broken("more text");
        }
        return text.charAt(at);
    }

    private SlipwayException broken(String expected) {
        int from = Math.min(at, text.length());
        String found = text.substring(from, Math.min(text.length(), from + 20));
        return new SlipwayException(
                INVALID_ARGUMENT,
                "%s is no JSON at character %d: '%s' (expected: %s)".formatted(subject, from, found, expected));
    }
}

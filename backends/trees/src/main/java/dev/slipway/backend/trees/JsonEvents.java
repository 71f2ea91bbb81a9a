package dev.slipway.backend.trees;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** JSON, with NaN and Infinity, which XGBoost writes. What it keeps of the document is one value at a time. */
final class JsonEvents implements Events {
    private static final int DEPTH_MAX = 64;
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final FileBytes bytes;
    private byte[] buffer = new byte[64];
    private int length;
    private int depth;
    /** Whether something stands before the next element or member of the innermost array or object. */
    private boolean hasBefore;

    JsonEvents(FileBytes bytes) {
        this.bytes = bytes;
    }

    @Override
    public FileBytes bytes() {
        return bytes;
    }

    @Override
    public Kind peek() {
        int next = peekByte();
        return switch (next) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.TEXT;
            case 't', 'f', 'n' -> Kind.WORD;
            default -> Kind.NUMBER;
        };
    }

    private int peekByte() {
        int next = bytes.peek();
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            bytes.next();
            next = bytes.peek();
        }
        return next;
    }

    private void expect(char wanted) {
        int next = peekByte();
        if (next != wanted) {
            throw bytes.broken(found(next), "'" + wanted + "'");
        }
        bytes.next();
    }

    private static String found(int next) {
        return next < 0 ? "the end of the file" : next < ' ' || next > '~' ? "byte " + next : "'" + (char) next + "'";
    }

    @Override
    public void beginObject() {
        begin('{');
    }

    @Override
    public void beginArray() {
        begin('[');
    }

    private void begin(char bracket) {
        expect(bracket);
        if (++depth > DEPTH_MAX) {
            throw bytes.broken("more than %d levels".formatted(DEPTH_MAX), "at most that");
        }
        hasBefore = false;
    }

    @Override
    public @Nullable String nextName() {
        if (!next('}')) {
            return null;
        }
        String name = text();
        expect(':');
        return name;
    }

    @Override
    public boolean nextElement() {
        return next(']');
    }

    private boolean next(char bracket) {
        if (peekByte() == bracket) {
            bytes.next();
            depth--;
            hasBefore = true;
            return false;
        }
        if (hasBefore) {
            expect(',');
        }
        hasBefore = true;
        return true;
    }

    @Override
    public String text() {
        expect('"');
        length = 0;
        for (int next = bytes.next(); next != '"'; next = bytes.next()) {
            if (next == '\\') {
                escape();
            } else if (next < ' ') {
                throw bytes.broken(found(next) + " within text", "an escape");
            } else {
                keep(next);
            }
        }
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    private void escape() {
        int next = bytes.next();
        switch (next) {
            case '"', '\\', '/' -> keep(next);
            case 'b' -> keep('\b');
            case 'f' -> keep('\f');
            case 'n' -> keep('\n');
            case 'r' -> keep('\r');
            case 't' -> keep('\t');
            case 'u' -> {
                char unit = unit();
                String text = String.valueOf(unit);
                if (Character.isHighSurrogate(unit) && bytes.next() == '\\' && bytes.next() == 'u') {
                    text += unit();
                }
                for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
                    keep(one);
                }
            }
            default -> throw bytes.broken("escape " + found(next), "one of JSON's");
        }
    }

    private char unit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(bytes.next(), 16);
            if (digit < 0) {
                throw bytes.broken("an escape that is none", "\\u and 4 hexadecimal digits");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private void keep(int one) {
        if (length == TEXT_BYTES_MAX) {
            throw bytes.broken("text of more than %d bytes".formatted(TEXT_BYTES_MAX), "at most that");
        }
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * length);
        }
        buffer[length++] = (byte) one;
    }

    /** The characters of a number or word. */
    private String token() {
        peekByte();
        length = 0;
        for (int next = bytes.peek(); isOfToken(next); next = bytes.peek()) {
            keep(bytes.next());
        }
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    private static boolean isOfToken(int next) {
        return (next >= '0' && next <= '9')
                || (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || next == '-'
                || next == '+'
                || next == '.';
    }

    @Override
    public float single() {
        String token = token();
        try {
            return switch (token) {
                case "true" -> 1;
                case "false" -> 0;
                default -> Float.parseFloat(checked(token));
            };
        } catch (NumberFormatException e) {
            throw noNumber(token);
        }
    }

    @Override
    public double number() {
        String token = token();
        try {
            return switch (token) {
                case "true" -> 1;
                case "false" -> 0;
                default -> Double.parseDouble(checked(token));
            };
        } catch (NumberFormatException e) {
            throw noNumber(token);
        }
    }

    /** Java takes hexadecimal numbers, and a letter behind a number, too. */
    private String checked(String token) {
        char last = token.isEmpty() ? ' ' : token.charAt(token.length() - 1);
        boolean isWord = token.endsWith("NaN") || token.endsWith("Infinity");
        boolean isDigit = (last >= '0' && last <= '9') || last == '.';
        if ((!isWord && !isDigit) || token.contains("x")) {
            throw noNumber(token);
        }
        return token;
    }

    private RuntimeException noNumber(String token) {
        return bytes.broken(token.isEmpty() ? found(bytes.peek()) : "'" + shown(token) + "'", "a number");
    }

    private static String shown(String token) {
        return token.length() > 40 ? token.substring(0, 40) + "..." : token;
    }

    @Override
    public void skip() {
        switch (peek()) {
            case OBJECT -> {
                beginObject();
                while (nextName() != null) {
                    skip();
                }
            }
            case ARRAY -> {
                beginArray();
                while (nextElement()) {
                    skip();
                }
            }
            case TEXT -> text();
            case WORD -> word();
            case NUMBER -> number();
        }
    }

    private void word() {
        String token = token();
        if (!token.equals("true") && !token.equals("false") && !token.equals("null")) {
            throw bytes.broken("'" + shown(token) + "'", "a value");
        }
    }

    @Override
    public void end() {
        int next = peekByte();
        if (next >= 0) {
            throw bytes.broken(found(next) + " behind the document", "the end of the file");
        }
    }
}

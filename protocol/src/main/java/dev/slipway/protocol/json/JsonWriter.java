package dev.slipway.protocol.json;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes a JSON document as UTF-8, without white space. Commas come by themselves; that names and values alternate is
 * up to the caller. Numbers cost no allocation. For one thread.
 */
public final class JsonWriter {
    /** Some JVMs refuse arrays of the very largest sizes. */
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int size;
    private boolean comma;

    public JsonWriter() {
        this(256);
    }

    /** @param capacity bytes that are likely needed; more is no error */
    public JsonWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public JsonWriter beginObject() {
        return begin('{');
    }

    public JsonWriter endObject() {
        return end('}');
    }

    public JsonWriter beginArray() {
        return begin('[');
    }

    public JsonWriter endArray() {
        return end(']');
    }

    /** The name of the value that comes next. */
    public JsonWriter name(String name) {
        string(name);
        put(':');
        comma = false;
        return this;
    }

    /** As {@link #name(String)}, of the first {@code length} bytes of well-formed UTF-8. */
    public JsonWriter name(byte[] utf8, int length) {
        string(utf8, 0, length);
        put(':');
        comma = false;
        return this;
    }

    /** Writes a string; surrogates that stand alone become question marks. */
    public JsonWriter string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return string(utf8, 0, utf8.length);
    }

    /** Writes a string that is well-formed UTF-8 already. */
    public JsonWriter string(byte[] utf8, int from, int length) {
        quoted(utf8, from, from + length);
        return this;
    }

    /** Writes bytes as a string of base64. */
    public JsonWriter base64(byte[] source, int from, int length) {
        ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(source, from, length));
        quoted(encoded.array(), encoded.arrayOffset(), encoded.limit());
        return this;
    }

    public JsonWriter bool(boolean value) {
        return word(value ? "true" : "false");
    }

    /** Writes null. */
    public JsonWriter none() {
        return word("null");
    }

    /** Writes a number that is one already, in ASCII. */
    public JsonWriter literal(String number) {
        return word(number);
    }

    /** Writes a value that is JSON in UTF-8 already. */
    public JsonWriter value(byte[] json) {
        separate(json.length);
        System.arraycopy(json, 0, bytes, size, json.length);
        size += json.length;
        return this;
    }

    public JsonWriter number(long value) {
        separate(20);
        if (value < 0) {
            bytes[size++] = '-';
        }
        // The magnitude of the least long is 2^63, which is right when taken without sign.
        putDigits(Math.abs(value));
        return this;
    }

    /** Writes the 64 bits as a number without sign. */
    public JsonWriter unsigned(long value) {
        separate(20);
        putDigits(value);
        return this;
    }

    /** Writes the shortest decimal that reads back to {@code value}; {@code NaN}, {@code Infinity} as they are. */
    public JsonWriter number(float value) {
        if (!Float.isFinite(value)) {
            return word(String.valueOf(value));
        }
        separate(ShortestDecimal.BYTES_MAX);
        size = ShortestDecimal.write(value, bytes, size);
        return this;
    }

    /** As {@link #number(float)}. */
    public JsonWriter number(double value) {
        if (!Double.isFinite(value)) {
            return word(String.valueOf(value));
        }
        separate(ShortestDecimal.BYTES_MAX);
        size = ShortestDecimal.write(value, bytes, size);
        return this;
    }

    /** Number of bytes written so far. */
    public int size() {
        return size;
    }

    /** What was written, not copied: to be taken once nothing more is written. */
    public ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    private JsonWriter begin(char bracket) {
        separate(1);
        bytes[size++] = (byte) bracket;
        comma = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private JsonWriter word(String word) {
        separate(word.length());
        for (int i = 0; i < word.length(); i++) {
            bytes[size++] = (byte) word.charAt(i);
        }
        return this;
    }

    private void putDigits(long unsigned) {
        if (unsigned < 0) {
            putDigits(Long.divideUnsigned(unsigned, 10));
            bytes[size++] = (byte) ('0' + Long.remainderUnsigned(unsigned, 10));
        } else {
            size = ShortestDecimal.printDigits(unsigned, ShortestDecimal.count(unsigned), bytes, size);
        }
    }

    private void put(char ascii) {
        ensure(1);
        bytes[size++] = (byte) ascii;
    }

    /** A comma where one is due, and room for {@code length} bytes. */
    private void separate(int length) {
        ensure(length + 1);
        if (comma) {
            bytes[size++] = ',';
        }
        comma = true;
    }

    private void quoted(byte[] utf8, int from, int limit) {
        separate(limit - from + 2);
        bytes[size++] = '"';
        int plain = from;
        for (int at = from; at < limit; at++) {
            byte next = utf8[at];
            if ((next >= 0 && next < 0x20) || next == '"' || next == '\\') {
                copy(utf8, plain, at);
                escape(next);
                plain = at + 1;
            }
        }
        copy(utf8, plain, limit);
        put('"');
    }

    private void copy(byte[] source, int from, int end) {
        ensure(end - from);
        System.arraycopy(source, from, bytes, size, end - from);
        size += end - from;
    }

    private void escape(byte ascii) {
        ensure(6);
        bytes[size++] = '\\';
        switch (ascii) {
            case '"', '\\' -> bytes[size++] = ascii;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[ascii >> 4];
                bytes[size++] = HEX[ascii & 0xF];
            }
        }
    }

    private void ensure(int length) {
        if (length > bytes.length - size) {
            long needed = (long) size + length;
            if (needed > BYTES_MAX) {
                throw new SlipwayException(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "the answer needs over %d bytes of JSON (expected: at most %d; ask for less, or for binary)"
                                .formatted(BYTES_MAX, BYTES_MAX));
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(BYTES_MAX, Math.max(needed, Math.max(64, 2L * bytes.length))));
        }
    }
}

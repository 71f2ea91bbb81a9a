package dev.slipway.protocol.json;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Reads JSON values into a tensor's bytes, one element each, and refuses those that its dtype cannot hold. */
public final class ElementReader {
    private final String subject;
    private final DType dtype;
    private final TensorBuffer out;
    private final boolean optional;

    /**
     * @param subject whose elements these are, for messages: {@code input 'x'}
     * @param dtype any but MAP
     */
    public ElementReader(String subject, DType dtype, TensorBuffer out) {
        this(subject, dtype, out, false);
    }

    /** @param optional whether null stands for an element that is missing: NaN, or empty text */
    ElementReader(String subject, DType dtype, TensorBuffer out, boolean optional) {
        this.subject = subject;
        this.dtype = dtype;
        this.out = out;
        this.optional = optional;
    }

    /** Appends what stands for a missing element: NaN, or empty text. */
    public void putMissing() {
        switch (dtype) {
            case FP64 -> out.putLong(Double.doubleToRawLongBits(Double.NaN));
            case FP16 -> out.putShort(NarrowFloat.FP16.round(Double.NaN));
            case BF16 -> out.putShort(NarrowFloat.BF16.round(Double.NaN));
            case FP32 -> out.putInt(Float.floatToRawIntBits(Float.NaN));
            case STRING -> out.putInt(0);
            default -> throw new IllegalStateException("%s: dtype %s can't be missing".formatted(subject, dtype));
        }
    }

    /** Reads the value that comes next and the elements that follow it in its array. */
    long readRest(JsonReader in) {
        long count = 0;
        do {
            read(in);
            count++;
        } while (in.nextElement());
        return count;
    }

    /** Reads the value that comes next. */
    public void read(JsonReader in) {
        if (optional && in.skipNull()) {
            putMissing();
            return;
        }
        switch (dtype) {
            case FP32 -> readFloat(in);
            case FP64 -> readDouble(in);
            case FP16 -> readNarrow(in, NarrowFloat.FP16);
            case BF16 -> readNarrow(in, NarrowFloat.BF16);
            case UINT8 -> out.putByte((int) whole(in, 0, 0xFF));
            case INT8 -> out.putByte((int) whole(in, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> out.putShort((int) whole(in, 0, 0xFFFF));
            case INT16 -> out.putShort((int) whole(in, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> out.putInt((int) whole(in, 0, 0xFFFF_FFFFL));
            case INT32 -> out.putInt((int) whole(in, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> out.putLong(whole(in, Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> out.putLong(whole(in, 0, -1));
            case BOOL -> readBool(in);
            case STRING -> readString(in);
            case MAP ->
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        subject + " is of dtype MAP (expected: a dtype that JSON can feed)");
        }
    }

    private void readFloat(JsonReader in) {
        JsonNumber number = number(in);
        float value = number.toFloat();
        if (Float.isInfinite(value) && !number.isSpecial()) {
            throw refusal(in.offset(number.start()), number.text());
        }
        out.putInt(Float.floatToRawIntBits(value));
    }

    private void readDouble(JsonReader in) {
        JsonNumber number = number(in);
        double value = number.toDouble();
        if (Double.isInfinite(value) && !number.isSpecial()) {
            throw refusal(in.offset(number.start()), number.text());
        }
        out.putLong(Double.doubleToRawLongBits(value));
    }

    private void readNarrow(JsonReader in, NarrowFloat format) {
        JsonNumber number = number(in);
        short bits = number.toNarrow(format);
        if (format.isSpecial(bits) && !number.isSpecial()) {
            throw refusal(in.offset(number.start()), number.text());
        }
        out.putShort(bits);
    }

    private long whole(JsonReader in, long least, long most) {
        JsonNumber number = number(in);
        boolean fits = number.isWhole(dtype == DType.UINT64);
        if (!fits || (dtype != DType.UINT64 && (number.whole() < least || number.whole() > most))) {
            throw refusal(in.offset(number.start()), number.text());
        }
        return number.whole();
    }

    private void readBool(JsonReader in) {
        byte next = in.peek();
        if (next != 't' && next != 'f') {
            throw refusal(in.position(), LookAhead.found(in));
        }
        out.putByte(in.bool() ? 1 : 0);
    }

    private void readString(JsonReader in) {
        byte next = in.peek();
        boolean base64 = next == '{' && LookAhead.isBase64Object(in);
        if (next != '"' && !base64) {
            throw refusal(in.position(), LookAhead.found(in));
        }
        int length = out.size();
        out.putInt(0);
        if (base64) {
            readBase64(in);
        } else {
            in.string(out);
        }
        out.setInt(length, out.size() - length - 4);
    }

    private void readBase64(JsonReader in) {
        int at = in.position();
        in.beginObject();
        in.nextName();
        ByteBuffer encoded = in.textBytes();
        int start = encoded.position();
        try {
            out.putBytes(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            if (readWithoutSpace(encoded.position(start))) {
                in.nextName();
                return;
            }
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s holds {\"b64\": ...} at byte %d that is not base64: %s (expected: the standard alphabet)"
                            .formatted(subject, at, e.getMessage()),
                    e);
        }
        in.nextName();
    }

    /** Python's encodebytes breaks lines, and TensorFlow Serving passes over white space. */
    private boolean readWithoutSpace(ByteBuffer encoded) {
        byte[] dense = new byte[encoded.remaining()];
        int length = 0;
        while (encoded.hasRemaining()) {
            byte next = encoded.get();
            if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                dense[length++] = next;
            }
        }
        try {
            out.putBytes(Base64.getDecoder().decode(ByteBuffer.wrap(dense, 0, length)));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private JsonNumber number(JsonReader in) {
        byte next = in.peek();
        if (next > '9' || next == '"') {
            // Letters and brackets that begin another kind of value; anything else is broken JSON.
            if (next == '"' || next == '[' || next == '{' || next == 't' || next == 'f' || next == 'n') {
                throw refusal(in.position(), LookAhead.found(in));
            }
        }
        return in.number("a value");
    }

    private SlipwayException refusal(int position, String found) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s holds %s at byte %d (expected: %s)"
                        .formatted(subject, JsonFault.shortened(found), position, expected()));
    }

    private String expected() {
        String range = switch (dtype) {
            case BOOL -> "true or false";
            case UINT8 -> "a whole number from 0 to 255";
            case INT8 -> "a whole number from -128 to 127";
            case UINT16 -> "a whole number from 0 to 65535";
            case INT16 -> "a whole number from -32768 to 32767";
            case UINT32 -> "a whole number from 0 to 4294967295";
            case INT32 -> "a whole number from -2147483648 to 2147483647";
            case UINT64 -> "a whole number from 0 to 18446744073709551615";
            case INT64 -> "a whole number from -9223372036854775808 to 9223372036854775807";
            case FP16 -> "a number within 65504 of 0";
            case BF16 -> "a number within 3.3895314e38 of 0";
            case FP32 -> "a number within 3.4028235e38 of 0";
            case FP64 -> "a number within 1.7976931348623157e308 of 0";
            case STRING -> "a string, or {\"b64\": \"...\"} for bytes";
            case MAP -> "nothing";
        };
        return dtype + ", " + range;
    }
}

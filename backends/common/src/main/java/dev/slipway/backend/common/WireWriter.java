package dev.slipway.backend.common;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message, field by field. */
public final class WireWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A number; also an enum or a boolean. */
    public WireWriter varint(int field, long value) {
        raw((long) field << 3);
        raw(value);
        return this;
    }

    /** Four bytes as they are, such as a float's. */
    public WireWriter fixed32(int field, int bits) {
        raw(((long) field << 3) | 5);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(bits >> shift);
        }
        return this;
    }

    /** Bytes, or a packed field. */
    public WireWriter bytes(int field, byte[] value) {
        bytes.writeBytes(head(field, value.length));
        bytes.writeBytes(value);
        return this;
    }

    /** What stands before the bytes of a field that has so many. */
    public static byte[] head(int field, int length) {
        WireWriter head = new WireWriter();
        head.raw(((long) field << 3) | 2);
        head.raw(length);
        return head.toBytes();
    }

    /** Text, as UTF-8. */
    public WireWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A message within this one. */
    public WireWriter message(int field, WireWriter value) {
        return bytes(field, value.toBytes());
    }

    /** What was written. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}

package dev.slipway.backend.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message, field by field: the tiny models with which the runtime is asked to convert values. */
final class WireWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WireWriter varint(int field, long value) {
        raw((long) field << 3);
        raw(value);
        return this;
    }

    WireWriter bytes(int field, byte[] value) {
        bytes.writeBytes(head(field, value.length));
        bytes.writeBytes(value);
        return this;
    }

    /** What stands before the bytes of a field that has so many. */
    static byte[] head(int field, int length) {
        WireWriter head = new WireWriter();
        head.raw(((long) field << 3) | 2);
        head.raw(length);
        return head.toBytes();
    }

    WireWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter message(int field, WireWriter value) {
        return bytes(field, value.toBytes());
    }

    byte[] toBytes() {
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

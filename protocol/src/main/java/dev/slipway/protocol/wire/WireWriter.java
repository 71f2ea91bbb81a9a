package dev.slipway.protocol.wire;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.Buffers;
import java.nio.ByteBuffer;

/**
 * Writes one protobuf message into a buffer of exactly its size, which the caller has summed up first: every byte is
 * written once. For use by one thread.
 */
public final class WireWriter {
    private final ByteBuffer target;
    private int position;

    /**
     * @param message what errors call it
     * @param size bytes of the whole message
     * @param buffers where its memory comes from
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} when no buffer holds so much
     */
    public WireWriter(String message, long size, Buffers buffers) {
        if (size > Integer.MAX_VALUE - 8) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s of %d bytes (expected: at most %d)".formatted(message, size, Integer.MAX_VALUE - 8));
        }
        this.target = buffers.take((int) size);
    }

    /** Bytes of a varint. */
    public static int varintSize(long value) {
        return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Bytes of a field of wire type {@link WireReader#BYTES}: its tag, its length, and {@code length} bytes. */
    public static long fieldSize(int field, long length) {
        return varintSize((long) field << 3) + varintSize(length) + length;
    }

    /** Bytes of a varint field; 0 for 0, which is not written. */
    public static int varintFieldSize(int field, long value) {
        return value == 0 ? 0 : varintSize((long) field << 3) + varintSize(value);
    }

    /** Bytes of a float field; 0 for 0, which is not written, but not for -0. */
    public static int floatFieldSize(int field, float value) {
        return Float.floatToRawIntBits(value) == 0 ? 0 : varintSize((long) field << 3) + Integer.BYTES;
    }

    /** Begins a field of wire type {@link WireReader#BYTES}. */
    public void header(int field, long length) {
        varint((long) field << 3 | WireReader.BYTES);
        varint(length);
    }

    /** A varint field, or nothing for 0. */
    public void varintField(int field, long value) {
        if (value != 0) {
            varint((long) field << 3);
            varint(value);
        }
    }

    /** A float field, or nothing for 0. */
    public void floatField(int field, float value) {
        if (floatFieldSize(field, value) > 0) {
            varint((long) field << 3 | WireReader.FIXED32);
            int bits = Float.floatToRawIntBits(value);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                target.put(position++, (byte) (bits >>> shift));
            }
        }
    }

    /** A field of wire type {@link WireReader#BYTES} that holds {@code length} bytes from the start of {@code value}. */
    public void bytesField(int field, byte[] value, int length) {
        header(field, length);
        target.put(position, value, 0, length);
        position += length;
    }

    /** A field that holds all of {@code value}, or nothing when it is empty. */
    public void bytesField(int field, byte[] value) {
        if (value.length > 0) {
            header(field, value.length);
            target.put(position, value);
            position += value.length;
        }
    }

    public void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target.put(position++, (byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put(position++, (byte) rest);
    }

    /** The bytes from {@code from} to {@code from + length} of {@code source}, whose position does not move. */
    public void bytes(ByteBuffer source, int from, int length) {
        target.put(position, source, from, length);
        position += length;
    }

    /**
     * The message: the buffer that was taken for it, from position 0 to its limit.
     *
     * @throws IllegalStateException when less was written than was announced
     */
    public ByteBuffer finish() {
        if (position != target.limit()) {
            throw new IllegalStateException("written: %d bytes (expected: %d)".formatted(position, target.limit()));
        }
        return target;
    }
}

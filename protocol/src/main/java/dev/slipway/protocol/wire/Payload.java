package dev.slipway.protocol.wire;

import java.nio.ByteBuffer;

/** Finds where the tensor of a large message begins while the message's first bytes are all there is of it. */
public final class Payload {
    private static final int DEPTH_MAX = 6;
    private static final int VARINT_BYTES_MAX = 5;

    private final ByteBuffer bytes;
    private int at;

    private Payload(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * The offset at which the innermost field begins that reaches past the bytes that are there; fields within fields are
     * followed as long as they read like fields. A guess, good enough to align by: what looks otherwise gives 0, or an
     * offset that helps nobody.
     *
     * @param begin the first bytes of a protobuf message, from position to limit
     */
    public static int offset(ByteBuffer begin) {
        return new Payload(begin.slice()).offset();
    }

    private int offset() {
        int found = 0;
        for (int depth = 0; depth < DEPTH_MAX && toLargeField(); depth++) {
            found = at;
        }
        return found;
    }

    /** Goes to the content of the first field that reaches past the end; false when there is none. */
    private boolean toLargeField() {
        while (true) {
            long tag = varint();
            if (tag >>> 3 == 0) {
                return false;
            }
            long length;
            switch ((int) tag & 7) {
                case WireReader.VARINT -> length = varint() < 0 ? -1 : 0;
                case WireReader.FIXED64 -> length = 8;
                case WireReader.FIXED32 -> length = 4;
                case WireReader.BYTES -> length = varint();
                default -> length = -1;
            }
            if (length < 0) {
                return false;
            }
            if (length > bytes.limit() - at) {
                return (tag & 7) == WireReader.BYTES;
            }
            at += (int) length;
        }
    }

    /** -1 for what is cut off, or longer than a tag or length can be. */
    private long varint() {
        long value = 0;
        for (int index = 0; index < VARINT_BYTES_MAX && at < bytes.limit(); index++) {
            byte next = bytes.get(at++);
            value |= (long) (next & 0x7f) << (7 * index);
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }
}

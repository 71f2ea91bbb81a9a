package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** What comes before each message of a stream: whether it is compressed, and its length. Filled as it comes. */
final class FramePrefix {
    private final byte[] bytes = new byte[GrpcExchange.PREFIX_BYTES];
    private int filled;

    /** Whether none of it has come. */
    boolean isEmpty() {
        return filled == 0;
    }

    /** Takes what there is of it in {@code piece}; true when it is whole. */
    boolean fill(ByteBuf piece) {
        int part = Math.min(piece.readableBytes(), bytes.length - filled);
        piece.readBytes(bytes, filled, part);
        filled += part;
        return filled == bytes.length;
    }

    /** The message is over; the next prefix may come. */
    void clear() {
        filled = 0;
    }

    /** 0 for a message as it is, 1 for one that is compressed. */
    byte flag() {
        return bytes[0];
    }

    /** Bytes of the message; below 0 for 2 GiB and more. */
    int length() {
        return ByteBuffer.wrap(bytes).getInt(1);
    }
}

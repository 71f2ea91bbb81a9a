package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a large body, gathered in one piece of pooled memory off the heap, so that native runtimes can read them
 * where they are. It grows in steps, by what has come: at first to 64 times that and at most {@value #FIRST_BYTES_MAX}
 * bytes, later to four times; never beyond what was announced. For one thread at a time.
 */
final class PooledBody {
    static final int FIRST_BYTES_MAX = 1 << 20;
    private static final int ALIGNMENT = 64;
    private static final int FIRST_FACTOR = 64;
    private static final int FACTOR = 4;

    private final int expectedBytes;
    private final int alignedAt;
    private @Nullable ByteBuf memory;
    private int capacity;

    /**
     * @param expectedBytes what was announced
     * @param alignedAt offset of the byte that is to lie at a multiple of {@value #ALIGNMENT}
     */
    PooledBody(int expectedBytes, int alignedAt) {
        this.expectedBytes = expectedBytes;
        this.alignedAt = alignedAt;
    }

    /** Bytes of memory that it takes. */
    int capacity() {
        return capacity;
    }

    /** The capacity to {@linkplain #grow have} before there can be {@code length} bytes. */
    int capacityFor(int length) {
        if (length <= capacity) {
            return capacity;
        }
        long step = Math.max((long) FACTOR * length, Math.min((long) FIRST_FACTOR * length, FIRST_BYTES_MAX));
        return (int) Math.min(Math.max(expectedBytes, length), step);
    }

    void grow(int newCapacity) {
        ByteBuf larger = ByteBufAllocator.DEFAULT.directBuffer(newCapacity + ALIGNMENT, newCapacity + ALIGNMENT);
        int before = larger.nioBuffer(0, 1).alignmentOffset(alignedAt % ALIGNMENT, ALIGNMENT);
        int padding = (ALIGNMENT - before) % ALIGNMENT;
        larger.setIndex(padding, padding);
        ByteBuf old = memory;
        if (old != null) {
            larger.writeBytes(old);
            old.release();
        }
        memory = larger;
        capacity = newCapacity;
    }

    void add(ByteBuf piece) {
        memory().writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    }

    void add(ByteBuffer piece) {
        memory().writeBytes(piece.duplicate());
    }

    ByteBuffer view() {
        return memory().nioBuffer();
    }

    /** Its memory, which the caller releases too. */
    ByteBuf retain() {
        return memory().retain();
    }

    void release() {
        if (memory != null) {
            memory.release();
            memory = null;
            capacity = 0;
        }
    }

    private ByteBuf memory() {
        if (memory == null) {
            throw new IllegalStateException("body has no memory (expected: grown, and not released)");
        }
        return memory;
    }
}

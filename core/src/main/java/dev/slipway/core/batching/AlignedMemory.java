package dev.slipway.core.batching;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct memory that starts on a cache line, is used again and again, and grows when more is asked for. */
final class AlignedMemory {
    private static final int LINE_BYTES = 64;

    private ByteBuffer memory = ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * The memory from 0 to {@code bytes}, with whatever is in it; valid until the next claim.
     *
     * @param subject what it is for, as the error names it
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} for more than 2 GiB, or when there is no more
     */
    ByteBuffer claim(long bytes, String subject) {
        if (bytes > memory.capacity()) {
            memory = allocate(bytes, subject);
        }
        return memory.clear().limit((int) bytes);
    }

    private ByteBuffer allocate(long bytes, String subject) {
        long capacity = Math.max(bytes, memory.capacity() * 3L / 2) / LINE_BYTES * LINE_BYTES + 2 * LINE_BYTES;
        if (capacity > Integer.MAX_VALUE) {
            capacity = bytes / LINE_BYTES * LINE_BYTES + 2 * LINE_BYTES;
        }
        if (capacity > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s have %s (expected: at most 2 GiB)".formatted(subject, ByteSize.format(bytes)));
        }
        try {
            return ByteBuffer.allocateDirect((int) capacity)
                    .alignedSlice(LINE_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (OutOfMemoryError noMore) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s have %s, for which no direct memory is left".formatted(subject, ByteSize.format(bytes)),
                    noMore);
        }
    }

    long capacityBytes() {
        return memory.capacity();
    }

    /** Fills {@code target} from its position up to its limit with copies of the {@code unit} bytes at {@code from}. */
    static void repeat(ByteBuffer target, int from, int unit) {
        int start = target.position();
        int wanted = target.remaining();
        int done = Math.min(unit, wanted);
        target.put(start, target, from, done);
        while (done < wanted) {
            int more = Math.min(done, wanted - done);
            target.put(start + done, target, start, more);
            done += more;
        }
        target.position(target.limit());
    }

    /** Writes zeros from the position up to the limit. */
    static void clear(ByteBuffer target) {
        while (target.remaining() >= Long.BYTES) {
            target.putLong(0);
        }
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }
}

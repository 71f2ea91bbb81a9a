package dev.slipway.server.transport;

import dev.slipway.protocol.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one exchange's answer: pooled and off the heap where the answer is large, so that it is written once and
 * sent from where it is. Taken by the handler, then claimed or released on the loop.
 */
final class AnswerMemory implements Buffers {
    private static final int POOLED_BYTES_MIN = 8 * 1024;

    private final int prefixBytes;
    private @Nullable ByteBuf memory;
    private @Nullable ByteBuffer view;

    /** @param prefixBytes room to keep before the answer */
    AnswerMemory(int prefixBytes) {
        this.prefixBytes = prefixBytes;
    }

    @Override
    public ByteBuffer take(int bytes) {
        // A second answer is not expected; a heap buffer does for it.
        if (bytes < POOLED_BYTES_MIN || memory != null || bytes > Integer.MAX_VALUE - prefixBytes) {
            return ByteBuffer.allocate(bytes);
        }
        ByteBuf taken = ByteBufAllocator.DEFAULT.directBuffer(prefixBytes + bytes, prefixBytes + bytes);
        ByteBuffer answer = taken.nioBuffer(prefixBytes, bytes);
        memory = taken;
        view = answer;
        return answer;
    }

    /** The memory whose view {@code answer} is, prefix included, for the caller to release; null when it is another's. */
    @SuppressWarnings("ReferenceEquality") // Whether it is that very view is a question of identity.
    @Nullable
    ByteBuf claim(ByteBuffer answer) {
        ByteBuf claimed = memory;
        if (claimed == null || answer != view || answer.position() != 0) {
            return null;
        }
        memory = null;
        return claimed.setIndex(0, prefixBytes + answer.limit());
    }

    /** What was taken and not claimed, for the caller to release. */
    @Nullable
    ByteBuf unclaimed() {
        ByteBuf left = memory;
        memory = null;
        return left;
    }
}

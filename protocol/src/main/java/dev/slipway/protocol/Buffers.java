package dev.slipway.protocol;

import java.nio.ByteBuffer;

/** Where the memory of encoded answers comes from. */
@FunctionalInterface
public interface Buffers {
    /** Arrays, one for each answer. */
    Buffers HEAP = ByteBuffer::allocate;

    /** Memory for an answer: {@code bytes} bytes from position 0 to the limit, whose content is not defined. */
    ByteBuffer take(int bytes);
}

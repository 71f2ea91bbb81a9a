package dev.slipway.protocol.torchserve;

import java.nio.ByteBuffer;

/**
 * A field of a form.
 *
 * @param name as the form has it
 * @param contentType in lower case, without parameters; empty when none is said
 * @param value from position to limit
 */
public record Part(String name, String contentType, ByteBuffer value) {
    /** A view of its own position. */
    @Override
    public ByteBuffer value() {
        return value.duplicate();
    }
}

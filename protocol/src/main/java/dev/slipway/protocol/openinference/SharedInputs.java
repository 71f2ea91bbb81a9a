package dev.slipway.protocol.openinference;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;

/** Takes one request's inputs out of shared memory. A short request may name much of it, so that what it gets is bounded. */
public final class SharedInputs {
    /** All of a request's together. */
    private static final long BYTES_MAX = 64L << 20;

    private final SharedMemory memory;
    private long bytesLeft = BYTES_MAX;

    public SharedInputs(SharedMemory memory) {
        this.memory = memory;
    }

    /**
     * A copy of what lies at a place.
     *
     * @throws SlipwayException as {@link SharedMemory#read}; {@code RESOURCE_EXHAUSTED} when it is too much
     */
    public ByteBuffer read(SharedPlace place) {
        if (place.byteSize() > bytesLeft) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "inputs in shared memory take more than %s (expected: at most that)"
                            .formatted(ByteSize.format(BYTES_MAX)));
        }
        ByteBuffer bytes = memory.read(place);
        bytesLeft -= place.byteSize();
        return bytes;
    }
}

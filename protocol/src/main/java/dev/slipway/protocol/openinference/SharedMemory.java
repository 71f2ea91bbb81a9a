package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;

/** Memory that clients share with the server. Thread-safe. */
public interface SharedMemory {
    /** None is shared. */
    SharedMemory OFF = new SharedMemory() {
        @Override
        public ByteBuffer read(SharedPlace place) {
            throw off();
        }

        @Override
        public void write(SharedPlace place, ByteBuffer bytes) {
            throw off();
        }
    };

    /** What is said to those who ask for it though it is off. */
    static SlipwayException off() {
        return new SlipwayException(
                ErrorCode.UNIMPLEMENTED,
                "system shared memory is off (expected: a server started with --enable_system_shared_memory)");
    }

    /**
     * A copy of what lies at a place: what the client does to it afterwards changes no request.
     *
     * @throws SlipwayException {@code NOT_FOUND} for an unknown region, {@code INVALID_ARGUMENT} for a place outside of it
     */
    ByteBuffer read(SharedPlace place);

    /**
     * Writes to a place.
     *
     * @param bytes from position to limit, which do not move
     * @throws SlipwayException as {@link #read}; {@code INVALID_ARGUMENT} also when they are more than the place takes
     */
    void write(SharedPlace place, ByteBuffer bytes);
}

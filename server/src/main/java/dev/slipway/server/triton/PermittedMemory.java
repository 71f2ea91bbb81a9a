package dev.slipway.server.triton;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import java.nio.ByteBuffer;

/**
 * Shared memory as one request may use it: regions are nobody's in particular, and may hold what others ask of any model, so who
 * uses one needs as much as who registers it.
 *
 * @param permit of who asks
 */
record PermittedMemory(SharedMemory memory, Permit permit) implements SharedMemory {
    private static final Need NEED = Need.ofServer(Action.PREDICT);

    @Override
    public ByteBuffer read(SharedPlace place) {
        permit.require(NEED);
        return memory.read(place);
    }

    @Override
    public void write(SharedPlace place, ByteBuffer bytes) {
        permit.require(NEED);
        memory.write(place, bytes);
    }
}

package dev.slipway.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Random;

/** Messages where transports may have them: on the heap or off it, at the start of their memory or not. */
public final class Placements {
    private Placements() {}

    public static ByteBuffer random(byte[] message, Random random) {
        int before = random.nextInt(9);
        int after = random.nextInt(9);
        ByteBuffer memory = random.nextBoolean()
                ? ByteBuffer.allocate(before + message.length + after)
                : ByteBuffer.allocateDirect(before + message.length + after);
        memory.put(before, message).limit(before + message.length).position(before);
        return random.nextBoolean() ? memory : memory.slice();
    }
}

package dev.slipway.server.endpoint;

import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Finds short requests with long tensors: those that name shared memory. */
final class SharedWords {
    private static final byte[] WORD = SharedPlace.REGION.getBytes(StandardCharsets.US_ASCII);

    private SharedWords() {}

    /** Whether a request may have tensors in {@code memory}; looks for the word only where memory is shared at all. */
    static boolean in(SharedMemory memory, ByteBuffer request) {
        if (memory.equals(SharedMemory.OFF)) {
            return false;
        }
        for (int at = request.position(); at <= request.limit() - WORD.length; at++) {
            int same = 0;
            while (same < WORD.length && request.get(at + same) == WORD[same]) {
                same++;
            }
            if (same == WORD.length) {
                return true;
            }
        }
        return false;
    }
}

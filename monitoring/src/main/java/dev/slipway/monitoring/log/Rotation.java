package dev.slipway.monitoring.log;

import java.time.Duration;

/**
 * When a file is ended, and the next begun.
 *
 * @param bytes that it has then
 * @param age that it has then; zero for any
 * @param filesMax that are kept beside the open one; the oldest go; 0 for all
 */
public record Rotation(long bytes, Duration age, int filesMax) {
    public Rotation {
        if (bytes < 1 || age.isNegative() || filesMax < 0) {
            throw new IllegalArgumentException(
                    "bytes %d, age %s, filesMax %d (expected: from 1, from 0, from 0)".formatted(bytes, age, filesMax));
        }
    }
}

package dev.slipway.server.limits;

import java.time.Duration;

/**
 * So many in a time.
 *
 * @param count at least 1
 */
public record Rate(long count, Unit per) {
    /** Of time. */
    public enum Unit {
        SECOND(Duration.ofSeconds(1)),
        MINUTE(Duration.ofMinutes(1)),
        HOUR(Duration.ofHours(1));

        private final Duration time;

        Unit(Duration time) {
            this.time = time;
        }
    }

    public Rate {
        if (count < 1) {
            throw new IllegalArgumentException("count: %d (expected: >= 1)".formatted(count));
        }
    }

    /** Nanoseconds after which there is room for another. */
    double nanosEach() {
        return (double) per.time.toNanos() / count;
    }
}

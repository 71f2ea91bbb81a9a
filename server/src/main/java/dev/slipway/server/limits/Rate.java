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
        SECOND(Duration.ofSeconds(1), "a second"),
        MINUTE(Duration.ofMinutes(1), "a minute"),
        HOUR(Duration.ofHours(1), "an hour");

        private final Duration time;
        private final String words;

        Unit(Duration time, String words) {
            this.time = time;
            this.words = words;
        }

        Duration time() {
            return time;
        }

        /** As a sentence has it: {@code a second}. */
        String words() {
            return words;
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

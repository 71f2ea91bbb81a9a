package dev.slipway.server.config;

import java.time.Duration;

/** Times that a configuration file gives. */
final class Waits {
    /** No request waits as long: what is longer means the same, but would not fit into a long of nanoseconds. */
    private static final long MICROS_MAX = Duration.ofDays(1).toNanos() / 1000;

    private Waits() {}

    /** @param micros at least 0; read as unsigned */
    static Duration ofMicros(long micros) {
        return Duration.ofNanos((micros < 0 ? MICROS_MAX : Math.min(micros, MICROS_MAX)) * 1000);
    }
}

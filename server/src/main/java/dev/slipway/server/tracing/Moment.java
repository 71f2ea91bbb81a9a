package dev.slipway.server.tracing;

import java.time.Clock;
import java.time.Instant;

/**
 * A moment by both clocks: what is measured after it, or before, by {@link System#nanoTime}, is told from it as a time of day.
 *
 * @param epochNanos since 1970
 * @param nanos by {@link System#nanoTime}
 */
record Moment(long epochNanos, long nanos) {
    private static final long NANOS_IN_SECOND = 1_000_000_000L;

    static Moment now(Clock clock) {
        Instant now = clock.instant();
        return new Moment(now.getEpochSecond() * NANOS_IN_SECOND + now.getNano(), System.nanoTime());
    }

    /** Another moment. */
    Moment at(long otherNanos) {
        return new Moment(epochNanos(otherNanos), otherNanos);
    }

    /** @param at by {@link System#nanoTime} */
    long epochNanos(long at) {
        return epochNanos + (at - nanos);
    }
}

package dev.slipway.server.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Bucket} fills.
 *
 * @param nanosEach after which there is room for one more
 * @param burstNanos that it takes to fill; at least {@code nanosEach}
 */
record Pace(double nanosEach, long burstNanos) {
    /** Far beyond what anybody waits for, and still no overflow when added to a time. */
    private static final long COST_NANOS_MAX = 1L << 60;

    /** @param burst null for as long as the rate is of */
    static Pace of(Rate rate, @Nullable Duration burst) {
        double each = rate.nanosEach();
        Duration full = burst == null ? rate.per().time() : burst;
        return new Pace(each, Math.max(full.toNanos(), (long) Math.ceil(each)));
    }

    /** Nanoseconds that it takes to refill {@code count}: rounded down, so that a burst holds as many as was said. */
    long cost(long count) {
        double nanos = count * nanosEach;
        return nanos >= COST_NANOS_MAX ? COST_NANOS_MAX : Math.max(1, (long) nanos);
    }
}

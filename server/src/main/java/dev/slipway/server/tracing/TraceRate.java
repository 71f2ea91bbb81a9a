package dev.slipway.server.tracing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many traces may be begun in a second, of requests that nobody has decided about before: what traces cost is bounded then,
 * however many requests come, and traces that are left out are left out whole. What was not used up within the last second may be
 * used at once. Thread-safe; takes no lock.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm">Generic cell rate algorithm</a>
 */
final class TraceRate {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Of a trace; 0 where there is no bound. */
    private final long intervalNanos;

    /** When all that was begun is paid for, by {@link System#nanoTime}. */
    private final AtomicLong paidNanos;

    private final AtomicLong skipped = new AtomicLong();

    /**
     * @param perSecond traces; 0 for no bound
     * @param nowNanos by {@link System#nanoTime}
     */
    TraceRate(int perSecond, long nowNanos) {
        intervalNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
        paidNanos = new AtomicLong(nowNanos - SECOND_NANOS);
    }

    /** Whether one more may begin; it counts then, and else as skipped. */
    boolean takes(long nowNanos) {
        if (intervalNanos == 0) {
            return true;
        }
        while (true) {
            long paid = paidNanos.get();
            long from = paid - nowNanos < -SECOND_NANOS ? nowNanos - SECOND_NANOS : paid;
            if (from + intervalNanos - nowNanos > 0) {
                skipped.incrementAndGet();
                return false;
            }
            if (paidNanos.compareAndSet(paid, from + intervalNanos)) {
                return true;
            }
        }
    }

    /** Traces that were not begun. */
    long skipped() {
        return skipped.get();
    }
}

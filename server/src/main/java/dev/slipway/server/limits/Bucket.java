package dev.slipway.server.limits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket that needs neither a lock nor a thread that fills it: it keeps one number, the time at which it will be full
 * again. That of a clock that goes back says nothing worse than that it fills later. Thread-safe.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm">Generic cell rate algorithm</a>
 */
final class Bucket {
    /** When all that was taken will be there again, in nanoseconds. */
    private final AtomicLong fullAt;

    /** When it was full the last time that something was taken. */
    private volatile long wasFullAt;

    /** A full one. */
    Bucket(long nowNanos) {
        fullAt = new AtomicLong(nowNanos);
        wasFullAt = nowNanos;
    }

    /**
     * Takes as much as that at once, or nothing. What is more than the bucket holds is taken once it is full, and is owed
     * afterwards.
     *
     * @return 0 when it was taken; else nanoseconds after which it is worth another try
     */
    long take(long count, Pace pace, long nowNanos) {
        long cost = pace.cost(count);
        long needed = Math.min(cost, pace.burstNanos());
        while (true) {
            long was = fullAt.get();
            boolean isFull = was - nowNanos <= 0;
            long from = isFull ? nowNanos : was;
            long wait = from - nowNanos + needed - pace.burstNanos();
            if (wait > 0) {
                return wait;
            }
            if (fullAt.compareAndSet(was, from + cost)) {
                if (isFull) {
                    wasFullAt = nowNanos;
                }
                return 0;
            }
        }
    }

    /**
     * Undoes a {@link #take} that took; unless the bucket was full since then, and what was taken has come back by itself.
     *
     * @param takenNanos when it was taken
     */
    void giveBack(long count, Pace pace, long takenNanos) {
        if (wasFullAt - takenNanos <= 0) {
            fullAt.addAndGet(-pace.cost(count));
        }
    }

    boolean isFull(long nowNanos) {
        return fullAt.get() - nowNanos <= 0;
    }
}

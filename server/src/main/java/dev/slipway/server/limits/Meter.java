package dev.slipway.server.limits;

import java.util.concurrent.atomic.AtomicInteger;

/** What one who asks, or one model, has used. It can be forgotten while nothing of it is in flight. Thread-safe. */
final class Meter {
    private static final int FORGOTTEN = -1;

    /** What became of a request at the door. */
    enum Entry {
        ENTERED,
        FULL,
        /** The meter counts no more: there may be another one in its place. */
        GONE
    }

    final Bucket requests;
    final Bucket rows;
    final Bucket bytes;

    /** Requests in flight. */
    private final AtomicInteger inFlight = new AtomicInteger();

    Meter(long nowNanos) {
        requests = new Bucket(nowNanos);
        rows = new Bucket(nowNanos);
        bytes = new Bucket(nowNanos);
    }

    /**
     * Counts a request, until {@link #leave}.
     *
     * @param most that may be in flight; 0 for any number
     */
    Entry enter(int most) {
        while (true) {
            int now = inFlight.get();
            if (now == FORGOTTEN) {
                return Entry.GONE;
            }
            if (most > 0 && now >= most) {
                return Entry.FULL;
            }
            if (inFlight.compareAndSet(now, now + 1)) {
                return Entry.ENTERED;
            }
        }
    }

    /** Undoes one {@link #enter}. */
    void leave() {
        inFlight.decrementAndGet();
    }

    int inFlight() {
        return Math.max(0, inFlight.get());
    }

    /** Whether it remembers nothing that a new one does not. */
    boolean isUnused(long nowNanos) {
        return inFlight.get() == 0 && requests.isFull(nowNanos) && rows.isFull(nowNanos) && bytes.isFull(nowNanos);
    }

    /** Ends it, unless something is in flight. */
    boolean forget() {
        return inFlight.compareAndSet(0, FORGOTTEN);
    }
}

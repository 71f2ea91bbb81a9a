package dev.slipway.core.batching;

import org.jspecify.annotations.Nullable;

/**
 * Says whether a signature's runs may be made on an event loop, where every other connection of that loop waits for
 * them. Its runs have to be short by what was measured; after one that was long none is made there until many requests
 * were run in short runs elsewhere, twice as many each time that it happens again within a second. Any thread.
 */
final class LoopGate {
    /** What runs on the loop at once may cost, answers included. */
    static final long RUN_NANOS_MAX = 50_000;

    /** What takes longer than this has overrun: it is ten times what was foreseen. */
    static final long OVERRUN_NANOS = 500_000;

    /** How long one read turn may keep the loop with runs. */
    static final long TURN_NANOS_MAX = 500_000;

    private static final int PENALTY_MIN = 16;
    private static final int PENALTY_MAX = 1 << 12;

    /** What a run that took too long without a core weighs, in good runs; and what is too much. */
    private static final int SUSPICION_EACH = 8;

    private static final int SUSPICION_MAX = 24;

    private volatile boolean isShut;
    /** The four below are guarded by this gate's monitor. */
    private int requestsLeft;

    private int penalty = PENALTY_MIN;
    private int overruns;
    private long overranAtNanos;
    /** Not exact with several loops, which does no harm. */
    private int suspicion;

    boolean isOpen() {
        return !isShut;
    }

    /** A run on the loop has ended within its time. */
    void ranOnLoop() {
        suspicion = suspicion > 0 ? suspicion - 1 : 0;
    }

    /**
     * A run on the loop took too long.
     *
     * @param byItself whether it had a core all the time; else the system or the garbage collector may be to blame, and
     *     only several such runs among few good ones count
     */
    void overran(boolean byItself, long nowNanos) {
        suspicion += SUSPICION_EACH;
        if (byItself || suspicion > SUSPICION_MAX) {
            suspicion = 0;
            shut(nowNanos);
        }
    }

    /** A run was made elsewhere that the loop could have made, or that was short enough for it. */
    void ranElsewhere(int requests, long nanos) {
        if (isShut) {
            countDown(requests, nanos);
        }
    }

    private synchronized void shut(long nowNanos) {
        long seconds = overruns == 0 ? 0 : Math.max(0, nowNanos - overranAtNanos) / 1_000_000_000L;
        penalty = Math.max(PENALTY_MIN, penalty >> Math.min(seconds, 30));
        overranAtNanos = nowNanos;
        overruns++;
        isShut = true;
        requestsLeft = penalty;
        penalty = Math.min(PENALTY_MAX, 2 * penalty);
    }

    private synchronized void countDown(int requests, long nanos) {
        if (nanos > OVERRUN_NANOS) {
            requestsLeft = Math.max(requestsLeft, penalty / 2);
        } else {
            requestsLeft -= requests;
            isShut = requestsLeft > 0;
        }
    }

    /** Why it is shut; null when it is open. */
    synchronized @Nullable String whyShut() {
        return isShut
                ? "%d runs took more than %d us there; back after %d requests in short runs"
                        .formatted(overruns, OVERRUN_NANOS / 1000, requestsLeft)
                : null;
    }
}

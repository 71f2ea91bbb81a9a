package dev.slipway.core.batching;

/**
 * How many rows of one signature may be in the server at once, where that is to follow from what is measured. While a
 * queue stands, what leaves it is what the model can do; the limit is what it does in the time in which a request should be
 * answered: some runs, or a few milliseconds where runs are short. Without a standing queue the limit rises again, since then
 * it is not the model that bounds. Guarded by its owner.
 *
 * <p>A queue stands when it did not become shorter than the limit once in a window of time: bursts that are over by then
 * are none. Since the limit is computed from the rate and not from the delays of those that had to wait, it acts without delay,
 * and does not swing.
 *
 * @see <a href="https://queue.acm.org/detail.cfm?id=3022184">Cardwell et al., BBR, 2016: in flight should be what the bottleneck
 *     delivers in the time of a round trip without a queue, times a gain</a>
 * @see <a href="https://queue.acm.org/detail.cfm?id=2209336">Nichols, Jacobson, Controlling Queue Delay, 2012: the least of
 *     a window tells a standing queue from a burst</a>
 * @see <a href="https://github.com/Netflix/concurrency-limits">Netflix, concurrency-limits: growth by the square root, and no
 *     more than halving in a window</a>
 */
final class AdaptiveLimit {
    /** No bound. */
    static final int NONE = Integer.MAX_VALUE;

    /** What a request may take, in runs: its own, one before it, and as many again for batches to become larger. */
    static final int RUNS = 4;

    /** What a request may take where runs are short. */
    static final long LATENCY_NANOS_MIN = 20_000_000;

    /** At least so much is looked at as a whole. */
    static final long WINDOW_NANOS = 100_000_000;

    private static final int WINDOW_RUNS = 8;

    /** What was learnt before a pause of that time counts no more. */
    private static final long STALE_NANOS = 1_000_000_000;

    private int limit = NONE;
    private boolean isBegun;
    private long beganNanos;
    /** Of the last run. */
    private long lastNanos;
    /** Within the window. */
    private int runs;

    private long rows;
    private long runNanos;
    private int inServerLeast;

    /** Rows in the server at most. */
    int rowsMax() {
        return limit;
    }

    /**
     * A run begins.
     *
     * @param rowsTaken its rows
     * @param nanos what it is expected to cost
     * @param rowsLeft what waits without it
     * @param rowsRunning what runs, with it
     */
    void took(int rowsTaken, long nanos, int rowsLeft, int rowsRunning, long nowNanos) {
        lastNanos = nowNanos;
        if (!isBegun) {
            // What it began with came from before.
            begin(nowNanos);
            return;
        }
        rows += rowsTaken;
        runs++;
        runNanos += nanos;
        inServerLeast = Math.min(inServerLeast, rowsLeft == 0 ? 0 : rowsLeft + rowsRunning);
        long passed = nowNanos - beganNanos;
        if (passed >= Math.max(WINDOW_NANOS, WINDOW_RUNS * (runNanos / runs))) {
            limit = next(passed);
            begin(nowNanos);
        }
    }

    /** A request comes while none waits or runs. */
    void cameToNone(long nowNanos) {
        if (isBegun && nowNanos - lastNanos > STALE_NANOS) {
            isBegun = false;
            limit = NONE;
        }
        // What comes with it, and waits when it runs, is a burst: no queue stood for all of this window.
        inServerLeast = 0;
    }

    private int next(long passed) {
        double run = (double) runNanos / runs;
        double latency = Math.max(LATENCY_NANOS_MIN, RUNS * run);
        // However little was done in this window: there has to be a batch that runs and one that comes next.
        double enough = Math.max((double) rows / passed * latency, 2.0 * rows / runs);
        if (inServerLeast > enough) {
            return (int) Math.ceil(Math.max(enough, Math.min(limit, inServerLeast) / 2.0));
        }
        return (int) Math.min(NONE, limit + Math.max(1, Math.sqrt(limit)));
    }

    private void begin(long nowNanos) {
        isBegun = true;
        beganNanos = nowNanos;
        runs = 0;
        rows = 0;
        runNanos = 0;
        inServerLeast = Integer.MAX_VALUE;
    }
}

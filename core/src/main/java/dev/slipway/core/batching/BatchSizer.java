package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;

/**
 * Decides how many of the rows that wait should run together now: pure functions of what runs have cost.
 *
 * <p>Joining has to pay: the model's cost for each row must fall by a tenth, or every request runs by itself, since
 * joining only makes the first wait for the last. Where it pays, the smallest size is taken that is about as good as
 * the best. Sizes that are not known are tried, small ones first, larger ones for as long as doubling paid; a request by
 * itself too where nothing as small is known, since all else is held against that. A size between others that are known is
 * not tried by itself: rare sizes may be many.
 */
final class BatchSizer {
    /** The share of the single row's cost above which joining is not worth it. */
    static final double PAYS_BELOW = 0.9;

    /** How much worse than the best a smaller size may be. */
    private static final double AS_GOOD_AS = 1.03;

    /** What doubling must leave of the cost for each row so that it is tried once more. */
    private static final double DOUBLING_PAYS_BELOW = 0.97;

    /** Up to here sizes are tried whatever the smaller ones cost. */
    private static final int TRIED_ALWAYS = 8;

    private static final int ROWS_MAX = 1 << 20;

    /** What a run may cost where several tenants ask, in runs of its first request; and what it always may. */
    private static final int SHARED_RUNS = 4;

    private static final long SHARED_RUN_NANOS = 2_000_000;

    /** Longer runs are not made just to learn. */
    private static final long TRIED_NANOS_MAX = 1_000_000_000L;

    private BatchSizer() {}

    /**
     * What bounds a run.
     *
     * @param rowsMax rows at most; 0 for no bound
     * @param nanosMax what it may cost, as far as is known
     */
    record Bounds(int rowsMax, long nanosMax) {
        static final Bounds NONE = new Bounds(0, Long.MAX_VALUE);
    }

    /** @param rows at least 1 */
    record Choice(int rows, DispatchReason reason) {}

    /**
     * What waits.
     *
     * @param first rows of the request whose turn it is, at least 1
     * @param all rows of all requests
     */
    record Waiting(int first, int all) {}

    static Choice choose(CostCurve curve, Waiting waiting, Bounds bounds, long nowNanos) {
        int first = Math.max(1, waiting.first());
        int bound = Math.min(Math.max(first, waiting.all()), bounds.rowsMax() > 0 ? bounds.rowsMax() : ROWS_MAX);
        if (bound <= first) {
            return new Choice(first, waiting.all() <= first ? DispatchReason.IDLE : DispatchReason.FULL);
        }
        int untried = untried(curve, first, bound, nowNanos);
        int rows = untried > 0 ? untried : best(curve, first, bound);
        // What was never run is taken to cost in proportion to its rows; were it held to that, what costs more than
        // half
        // of the bound would never be joined, and so never be found to cost less.
        long expected = untried > 0 ? curve.nanos(rows) / 2 : curve.nanos(rows);
        if (expected > bounds.nanosMax()) {
            return new Choice(affordable(curve, first, rows, bounds.nanosMax()), DispatchReason.SLO);
        }
        if (rows == waiting.all()) {
            return new Choice(rows, DispatchReason.IDLE);
        }
        return new Choice(rows, rows == bounds.rowsMax() ? DispatchReason.FULL : DispatchReason.SIZE);
    }

    /** What a run may cost where who comes next may be another tenant, who has to wait for it, however little it asks. */
    static long sharedNanosMax(CostCurve curve, int first, long nowNanos) {
        return Math.max(SHARED_RUN_NANOS, SHARED_RUNS * curve.nanosAtLeast(first, nowNanos));
    }

    /** A size that should be tried to learn what it costs; 0 for none. */
    private static int untried(CostCurve curve, int first, int bound, long nowNanos) {
        if (!curve.isKnownUpTo(first, nowNanos) && curve.nanos(first) < TRIED_NANOS_MAX) {
            return first;
        }
        for (long size = 2L * first; size / 2 < bound; size *= 2) {
            int rows = (int) Math.min(size, bound);
            if (!curve.isKnown(rows, nowNanos)) {
                int half = (int) (size / 2);
                boolean paid = size <= (long) TRIED_ALWAYS * first
                        || curve.nanosPerRow(half) < DOUBLING_PAYS_BELOW * curve.nanosPerRow(half / 2);
                return paid && 2 * curve.nanos(half) < TRIED_NANOS_MAX ? rows : 0;
            }
        }
        return 0;
    }

    /** The smallest size from {@code first} to {@code bound} that costs about as little for each row as any. */
    private static int best(CostCurve curve, int first, int bound) {
        double least = curve.nanosPerRow(bound);
        for (long size = 2L * first; size < bound; size *= 2) {
            least = Math.min(least, curve.nanosPerRow((int) size));
        }
        if (least > PAYS_BELOW * curve.nanosPerRow(first)) {
            return first;
        }
        for (long size = 2L * first; size < bound; size *= 2) {
            if (curve.nanosPerRow((int) size) <= AS_GOOD_AS * least) {
                return (int) size;
            }
        }
        return bound;
    }

    /** The largest size from {@code first} to {@code rows} that costs no more than {@code nanosMax}, or first. */
    private static int affordable(CostCurve curve, int first, int rows, long nanosMax) {
        int low = first;
        int high = rows;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (curve.nanos(middle) <= nanosMax) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

package dev.slipway.core.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run costs by its number of rows, learnt from the runs that were made. Sizes are kept apart by powers of two;
 * between those that are known the cost is interpolated. Written by any thread, read without a lock.
 */
final class CostCurve {
    /** From here on a size counts as known. */
    static final int SAMPLES_MIN = 3;

    private static final int BUCKETS = 21;
    private static final long FRESH_NANOS_MIN = 1_000_000_000L;
    private static final long FRESH_NANOS_MAX = 60_000_000_000L;
    /** So rarely is a size tried again that did not pay, in runs of its own cost. */
    private static final long FRESH_RUNS = 1000;
    /** While a size is well known, one run in so many is measured. */
    private static final int MEASURED_EVERY = 8;

    private final Bucket[] buckets = new Bucket[BUCKETS];

    /** Runs of 2^(index-1) + 1 to 2^index rows. */
    private static final class Bucket {
        final RecentMedian nanos = new RecentMedian();
        /** Of the same runs; their mean tells where the median lies. */
        final RecentMedian rows = new RecentMedian();
        /** Not exact when many threads write, which does no harm: it only spares work. */
        int skipped;
    }

    CostCurve() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new Bucket();
        }
    }

    private static int index(int rows) {
        return Math.min(BUCKETS - 1, 32 - Integer.numberOfLeadingZeros(Math.max(1, rows) - 1));
    }

    /** Adds a run. */
    void record(int rows, long nanos, long nowNanos) {
        Bucket bucket = buckets[index(rows)];
        boolean isStale = isStale(bucket, nowNanos);
        if (!isStale && bucket.nanos.samples() > 2 * SAMPLES_MIN && ++bucket.skipped % MEASURED_EVERY != 0) {
            return;
        }
        if (isStale) {
            bucket.nanos.forget();
            bucket.rows.forget();
        }
        bucket.rows.add(Math.max(1, rows), nowNanos);
        bucket.nanos.add(nanos, nowNanos);
    }

    private static boolean isStale(Bucket bucket, long nowNanos) {
        if (bucket.nanos.samples() == 0) {
            return false;
        }
        long fresh = Math.max(FRESH_NANOS_MIN, Math.min(FRESH_NANOS_MAX, FRESH_RUNS * bucket.nanos.median()));
        return nowNanos - bucket.nanos.newestNanos() > fresh;
    }

    /** Whether runs of about {@code rows} rows were measured often enough, and not too long ago. */
    boolean isKnown(int rows, long nowNanos) {
        return isKnown(buckets[index(rows)], nowNanos);
    }

    private static boolean isKnown(Bucket bucket, long nowNanos) {
        return bucket.nanos.samples() >= SAMPLES_MIN && !isStale(bucket, nowNanos);
    }

    /** Whether that is so of runs of about {@code rows} rows, or of fewer. */
    boolean isKnownUpTo(int rows, long nowNanos) {
        for (int at = index(rows); at >= 0; at--) {
            if (isKnown(buckets[at], nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** Whether anything is known. */
    boolean isKnown() {
        for (Bucket bucket : buckets) {
            if (bucket.nanos.samples() >= SAMPLES_MIN) {
                return true;
            }
        }
        return false;
    }

    /**
     * What a run of {@code rows} is expected to cost, in nanoseconds. Below what was measured it is taken to cost as much as
     * the smallest run that was; beyond it, in proportion to its rows. 0 when nothing is known.
     */
    long nanos(int rows) {
        double beforeRows = 0;
        double beforeNanos = 0;
        for (Bucket bucket : buckets) {
            if (bucket.nanos.median() == 0) {
                continue;
            }
            double atRows = bucket.rows.median();
            double atNanos = bucket.nanos.median();
            if (rows <= atRows) {
                if (beforeRows == 0 || atRows <= beforeRows) {
                    return (long) atNanos;
                }
                double share = Math.max(0, (rows - beforeRows) / (atRows - beforeRows));
                return (long) (beforeNanos + share * (atNanos - beforeNanos));
            }
            beforeRows = atRows;
            beforeNanos = atNanos;
        }
        return beforeRows == 0 ? 0 : (long) (beforeNanos * rows / beforeRows);
    }

    /**
     * As {@link #nanos}, but not less than what fewer rows cost by what is known now: a size that was last run by itself
     * when the machine had nothing else to do says too little.
     */
    long nanosAtLeast(int rows, long nowNanos) {
        long most = nanos(rows);
        for (int at = 0; at < index(rows); at++) {
            if (isKnown(buckets[at], nowNanos)) {
                most = Math.max(most, buckets[at].nanos.median());
            }
        }
        return most;
    }

    /** As {@link #nanos}, for each row. */
    double nanosPerRow(int rows) {
        return (double) nanos(rows) / Math.max(1, rows);
    }

    /** Numbers of rows that were measured, rising: the middle of each size. */
    List<DispatchState.Cost> costs() {
        List<DispatchState.Cost> costs = new ArrayList<>();
        for (Bucket bucket : buckets) {
            if (bucket.nanos.median() > 0) {
                costs.add(new DispatchState.Cost(
                        (int) bucket.rows.median(), bucket.nanos.median(), bucket.nanos.samples()));
            }
        }
        return costs;
    }
}

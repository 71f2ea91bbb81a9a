package dev.slipway.core.batching;

import java.util.Arrays;

/**
 * The median of the last measurements: a pause of the machine, or a first slow run, does not move it. Written by any
 * thread, read without a lock.
 */
final class RecentMedian {
    private static final int KEPT = 15;

    private final long[] ring = new long[KEPT];
    private int next;
    private volatile int samples;
    private volatile long median;
    private volatile long newestNanos;

    /** @param nowNanos on the time line of the dispatcher's clock */
    synchronized void add(long value, long nowNanos) {
        ring[next] = value;
        next = (next + 1) % KEPT;
        int known = Math.min(samples + 1, KEPT);
        long[] sorted = Arrays.copyOf(ring, known);
        Arrays.sort(sorted);
        median = sorted[known / 2];
        newestNanos = nowNanos;
        samples = known;
    }

    /** Forgets what was measured, so that what comes is judged by itself; the median stands until then. */
    synchronized void forget() {
        next = 0;
        samples = 0;
    }

    /** 0 before the first measurement. */
    long median() {
        return median;
    }

    /** Measurements that count, at most {@value #KEPT}. */
    int samples() {
        return samples;
    }

    long newestNanos() {
        return newestNanos;
    }
}

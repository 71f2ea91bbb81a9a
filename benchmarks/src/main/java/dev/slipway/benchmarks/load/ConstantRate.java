package dev.slipway.benchmarks.load;

/**
 * A schedule of requests: the first at {@code beginNanos}, the others at equal distances behind it.
 *
 * @param beginNanos of {@link System#nanoTime}
 * @param perSecond above 0
 */
public record ConstantRate(long beginNanos, double perSecond) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** When request {@code index} is due, in nanoseconds; the first is 0. */
    public long dueNanos(long index) {
        return beginNanos + Math.round(index * NANOS_PER_SECOND / perSecond);
    }

    /** How many requests are due by {@code nowNanos}. */
    public long dueBy(long nowNanos) {
        if (nowNanos - beginNanos < 0) {
            return 0;
        }
        long about = (long) ((nowNanos - beginNanos) / NANOS_PER_SECOND * perSecond);
        // The division rounds, so its neighbours are looked at.
        long count = Math.max(0, about - 1);
        while (dueNanos(count) - nowNanos <= 0) {
            count++;
        }
        return count;
    }
}

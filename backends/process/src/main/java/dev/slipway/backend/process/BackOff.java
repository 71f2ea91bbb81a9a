package dev.slipway.backend.process;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Says how long a worker that failed stays down. The first failure after a time in which it was well costs nothing; each
 * further one doubles the wait, so that a worker that can't live takes no processor from others.
 *
 * @param first after the second failure in a row
 * @param longest what doubling stops at
 * @param wellAfter how long a worker must have been ready for what was before to be forgotten
 */
record BackOff(Duration first, Duration longest, Duration wellAfter) {
    static final BackOff DEFAULT = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** Part of a delay that chance adds or takes at most: workers that failed together don't come back together. */
    private static final double JITTER = 0.2;

    private static final int DOUBLINGS_MAX = 30;

    /**
     * @param failures in a row, at least 1
     * @param random from 0 to 1
     */
    Duration delay(int failures, DoubleSupplier random) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        double doubled = first.toNanos() * (double) (1L << Math.min(failures - 2, DOUBLINGS_MAX));
        double bounded = Math.min(doubled, (double) longest.toNanos());
        return Duration.ofNanos((long) (bounded * (1 - JITTER + 2 * JITTER * random.getAsDouble())));
    }

    /** How many failures in a row there are with this one, after {@code before} and then so long a time of being ready. */
    int failures(int before, Duration ready) {
        return ready.compareTo(wellAfter) >= 0 ? 1 : before + 1;
    }
}

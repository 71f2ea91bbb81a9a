package dev.slipway.backend.tensorflow;

import java.util.concurrent.TimeUnit;

/**
 * Says on which thread a run is better. On the caller's it takes some 30 microseconds less; on TensorFlow's own, ops that do
 * not need each other run side by side, and a run that waits for something is stopped at its deadline. So runs stay with
 * the caller whose like were quick. Thread-safe: threads that tell at once may overwrite each other, which does not matter.
 */
final class Pace {
    /** Of a run that costs so much, what another thread costs is below a thirtieth. */
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How many times the usual has to be left. */
    private static final long MARGIN = 20;

    private final boolean isOpenEnded;
    private volatile long usualNanos = Long.MAX_VALUE;

    /** @param isOpenEnded whether what a run takes may have nothing to do with what others took */
    Pace(boolean isOpenEnded) {
        this.isOpenEnded = isOpenEnded;
    }

    /** Whether the next run may stay on the thread that calls. */
    boolean isQuick(long remainingNanos) {
        long usual = usualNanos;
        return !isOpenEnded && usual < QUICK_NANOS && usual * MARGIN < remainingNanos;
    }

    /** Tells what a run took. The first ones also plan the graph, so what is quicker counts more than what is slower. */
    void took(long nanos) {
        long usual = usualNanos;
        usualNanos =
                usual == Long.MAX_VALUE ? nanos : nanos < usual ? (usual + nanos) / 2 : usual + (nanos - usual) / 8;
    }
}

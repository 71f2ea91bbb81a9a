package dev.slipway.backend.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The switch that terminates the run of one slot. A run that ends in time begins with one write and ends with one
 * compare-and-set. The watchdog holds a run before it looks at it twice: a run that is held can't end, so it is never
 * the next run of the same slot that is hit.
 */
final class RunGuard {
    private static final long RETRY_NANOS = 10_000_000;

    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int HELD = 2;

    private final OrtSession.RunOptions options;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    /** When the run under way, or one before or after it, is terminated: written before the state is. */
    private final AtomicLong endNanos = new AtomicLong();
    /** Guarded by this. */
    private boolean isTerminated;

    RunGuard() throws OrtException {
        options = new OrtSession.RunOptions();
    }

    OrtSession.RunOptions options() {
        return options;
    }

    /**
     * Begins a run; what is read after it is read after the watchdog can see the run.
     *
     * @param end when it is terminated if it has not ended, by {@link System#nanoTime}
     */
    void begin(long end) {
        endNanos.lazySet(end);
        state.set(RUNNING);
    }

    /** Ends the run; whether it was terminated. */
    boolean end() throws OrtException {
        return !state.compareAndSet(RUNNING, IDLE) && endHeld();
    }

    private synchronized boolean endHeld() throws OrtException {
        state.set(IDLE);
        boolean wasTerminated = isTerminated;
        if (wasTerminated) {
            isTerminated = false;
            options.setTerminate(false);
        }
        return wasTerminated;
    }

    /** Terminates a run that is past its end; the nanoseconds until the next look, {@code idleNanos} for never. */
    long check(long now, long idleNanos) {
        if (state.get() != RUNNING) {
            return idleNanos;
        }
        long left = endNanos.get() - now;
        return left > 0 ? Math.min(left, idleNanos) : hold(now, idleNanos);
    }

    private synchronized long hold(long now, long idleNanos) {
        if (!state.compareAndSet(RUNNING, HELD)) {
            return idleNanos;
        }
        long left = endNanos.get() - now;
        if (left > 0) {
            // Another run than the one that was looked at.
            state.set(RUNNING);
            return Math.min(left, idleNanos);
        }
        try {
            options.setTerminate(true);
            isTerminated = true;
            return idleNanos;
        } catch (OrtException e) {
            state.set(RUNNING);
            return RETRY_NANOS;
        }
    }

    synchronized void close() {
        options.close();
    }
}

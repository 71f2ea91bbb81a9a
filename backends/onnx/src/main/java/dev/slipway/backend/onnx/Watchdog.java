package dev.slipway.backend.onnx;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Terminates runs that go on past their deadline. One thread for the backend, started with the runtime; it sleeps until
 * the earliest end that it knows of, and a run wakes it only when its own is earlier. Deadlines are usually far
 * away and runs short, so it wakes about once a timeout, however many runs there are.
 *
 * <p>A run is left some time beyond its deadline. Most that are late end by themselves within it, and each that is terminated
 * costs: ONNX Runtime's Java API never frees the text of an error ({@code checkOrtStatus} in its OrtJniUtil.c), which splits the
 * native heap into ever more pieces in a server that is asked for more than it can do.
 */
final class Watchdog implements AutoCloseable {
    private static final long FAR_NANOS = Long.MAX_VALUE / 4;

    private final long graceNanos;
    private final Set<RunGuard> guards = ConcurrentHashMap.newKeySet();
    /** On the time line of nanoTime. Written by the thread alone, before and after it looks at all guards. */
    private volatile long wakesAt = System.nanoTime() + FAR_NANOS;

    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /** @param grace how long a run may go on past its deadline */
    Watchdog(Duration grace) {
        graceNanos = grace.toNanos();
    }

    /** When a run with this deadline is terminated, by {@link System#nanoTime}. */
    long end(long deadlineNanos) {
        return deadlineNanos + graceNanos;
    }

    void add(RunGuard guard) {
        guards.add(guard);
    }

    void remove(RunGuard guard) {
        guards.remove(guard);
    }

    /** Sees to it that the thread wakes at {@code endNanos}; the guard that has it must be published before. */
    void watch(long endNanos) {
        Thread sleeper = thread;
        if (sleeper == null) {
            sleeper = start();
        }
        if (endNanos - wakesAt < 0) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Starts the thread, unless it was started before. */
    synchronized Thread start() {
        Thread sleeper = thread;
        if (sleeper == null) {
            sleeper = new Thread(this::run, "slipway-onnx-watchdog");
            sleeper.setDaemon(true);
            thread = sleeper;
            sleeper.start();
        }
        return sleeper;
    }

    private void run() {
        while (!closed) {
            // Far away while it looks: a run that begins meanwhile wakes it, and it looks again.
            wakesAt = System.nanoTime() + FAR_NANOS;
            long now = System.nanoTime();
            long nextNanos = FAR_NANOS;
            for (RunGuard guard : guards) {
                nextNanos = Math.min(nextNanos, guard.check(now, FAR_NANOS));
            }
            wakesAt = now + nextNanos;
            LockSupport.parkNanos(this, nextNanos);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

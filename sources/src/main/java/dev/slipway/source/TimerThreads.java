package dev.slipway.source;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A timer of a few threads, so that a place that does not answer holds up no other. */
final class TimerThreads implements Timer {
    private static final int THREADS = 4;

    private final ScheduledThreadPoolExecutor threads;

    TimerThreads() {
        AtomicInteger count = new AtomicInteger();
        threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "slipway-remote-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        try {
            Future<?> planned = threads.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> planned.cancel(false);
        } catch (RejectedExecutionException e) {
            // Closed: nothing is to happen any more.
            return () -> {};
        }
    }

    /** Interrupts what is waiting for the network. */
    void close() {
        threads.shutdownNow();
    }
}

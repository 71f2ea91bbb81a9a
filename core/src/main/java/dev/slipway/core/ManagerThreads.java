package dev.slipway.core;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the manager runs on.
 *
 * @param loop runs one task at a time, in order
 * @param loads where versions are loaded
 * @param unloads where versions are closed
 * @param timer where retries wait
 * @param stop stops them all
 */
record ManagerThreads(Executor loop, Executor loads, Executor unloads, Timer timer, Runnable stop) {
    private static final int UNLOAD_THREADS = 2;

    /** Load threads of low priority. */
    static ManagerThreads own(int loadThreads) {
        return own(loadThreads, true);
    }

    /**
     * Threads that serve nobody else, and do not keep the JVM alive.
     *
     * @param areLoadsLow whether loads have to leave the processor to requests
     */
    static ManagerThreads own(int loadThreads, boolean areLoadsLow) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(named("slipway-timer"));
        ExecutorService loop = Executors.newSingleThreadExecutor(named("slipway-manager"));
        ExecutorService unloads = Executors.newFixedThreadPool(UNLOAD_THREADS, named("slipway-unload"));
        Timer later = (delay, task) -> {
            ScheduledFuture<?> planned = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
        };
        ThreadFactory named = named("slipway-load");
        ExecutorService loads =
                Executors.newFixedThreadPool(loadThreads, areLoadsLow ? new LowPriority(later).of(named) : named);
        return new ManagerThreads(
                loop,
                loads,
                unloads,
                later,
                () -> List.of(timer, loop, loads, unloads).forEach(ExecutorService::shutdown));
    }

    void close() {
        stop.run();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}

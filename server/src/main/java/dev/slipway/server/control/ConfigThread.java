package dev.slipway.server.control;

import dev.slipway.core.Timer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread that reads configuration files while the server runs. Once closed, it runs nothing any more. */
public final class ConfigThread implements Timer, Executor, AutoCloseable {
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "slipway-config");
        made.setDaemon(true);
        return made;
    });

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> planned = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Who cares waits otherwise.
    public void execute(Runnable task) {
        schedule(Duration.ZERO, task);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

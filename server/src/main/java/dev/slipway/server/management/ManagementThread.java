package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for what touches files and configurations, one thing after the other; ends when it has nothing to do. */
final class ManagementThread implements Executor, AutoCloseable {
    private static final int WAITING_MAX = 1_000;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor thread;

    ManagementThread() {
        thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), work -> {
                    Thread made = new Thread(work, "slipway-management");
                    made.setDaemon(true);
                    return made;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /** @throws SlipwayException {@code RESOURCE_EXHAUSTED} when too much waits already, {@code UNAVAILABLE} once closed */
    @Override
    public void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            throw thread.isShutdown()
                    ? new SlipwayException(ErrorCode.UNAVAILABLE, "the server stops", e)
                    : new SlipwayException(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "%d management requests wait already (expected: fewer than that)".formatted(WAITING_MAX),
                            e);
        }
    }

    /** What waits is dropped; what runs may end. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}

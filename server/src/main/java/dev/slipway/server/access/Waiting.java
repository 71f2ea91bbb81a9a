package dev.slipway.server.access;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads that find out who asks where that may wait for others: few, and no one else's, so that an issuer of tokens that hangs
 * holds up those alone who show tokens that are not known yet. None runs while there is nothing to do. Checking what may be
 * forged takes half of the machine at most.
 */
final class Waiting implements Gate.Aside, AutoCloseable {
    private static final int QUEUE_MAX = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ThreadPoolExecutor threads;

    Waiting() {
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                count, count, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> {
                    Thread made = new Thread(task, "slipway-identity");
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void submit(Runnable work, Consumer<SlipwayException> refused) {
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (SlipwayException e) {
                    refused.accept(e);
                } catch (RuntimeException | Error e) {
                    refused.accept(new SlipwayException(ErrorCode.INTERNAL, "unexpected: " + e, e));
                }
            });
        } catch (RejectedExecutionException e) {
            refused.accept(SlipwayException.passing(
                    ErrorCode.UNAVAILABLE,
                    "%d others wait to be known (expected: at most as many)".formatted(QUEUE_MAX),
                    RETRY));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package dev.slipway.benchmarks.jmh;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;
import dev.slipway.core.batching.Reply;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Waits for the answers to several requests, wherever these run. */
final class Replies implements Reply {
    private final AtomicInteger left = new AtomicInteger();
    private final Semaphore all = new Semaphore(0);
    private volatile @Nullable SlipwayException failure;
    private volatile @Nullable Thread answeredBy;

    /** @param requests that will be answered, at least 1 */
    void expect(int requests) {
        left.set(requests);
    }

    /**
     * Returns once all are answered.
     *
     * @throws SlipwayException when one failed
     */
    void await() {
        all.acquireUninterruptibly();
        SlipwayException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /** The thread that the last answer came on. */
    @Nullable
    Thread answeredBy() {
        return answeredBy;
    }

    @Override
    public void answered(Answer answer) {
        countDown();
    }

    @Override
    public void failed(SlipwayException error) {
        failure = error;
        countDown();
    }

    private void countDown() {
        if (left.decrementAndGet() == 0) {
            answeredBy = Thread.currentThread();
            all.release();
        }
    }

    @Override
    public boolean isCancelled() {
        return false;
    }
}

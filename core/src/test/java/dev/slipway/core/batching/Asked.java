package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A request of a test, and what became of it. */
final class Asked implements Reply {
    private static final long PATIENCE_SECONDS = 60;

    final float[][] rows;
    private final CompletableFuture<float[]> answer = new CompletableFuture<>();
    private final AtomicInteger replies = new AtomicInteger();
    private volatile boolean isCancelled;
    private volatile boolean isBroken;
    private volatile String thread = "";
    private volatile Runnable then = () -> {};
    private volatile Runnable leave = () -> {};

    Asked(float[]... rows) {
        this.rows = rows;
    }

    /** Has something done in the reply. */
    Asked then(Runnable task) {
        then = task;
        return this;
    }

    void cancel() {
        isCancelled = true;
    }

    /** From now on it throws when it is asked whether somebody waits for it. */
    void breakDown() {
        isBroken = true;
    }

    /** As a client that is seen to go. */
    void hangUp() {
        isCancelled = true;
        leave.run();
    }

    @Override
    public void waits(Runnable action) {
        leave = action;
    }

    @Override
    public void answered(Answer told) {
        Tensor y = told.outputs().get("y");
        ByteBuffer data = y == null ? ByteBuffer.allocate(0) : y.data();
        float[] values = new float[data.remaining() / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.getFloat();
        }
        ended();
        answer.complete(values);
        then.run();
    }

    @Override
    public void failed(SlipwayException error) {
        ended();
        answer.completeExceptionally(error);
        then.run();
    }

    private void ended() {
        thread = Thread.currentThread().getName();
        replies.incrementAndGet();
    }

    @Override
    public boolean isCancelled() {
        if (isBroken) {
            throw new IllegalStateException("told to");
        }
        return isCancelled;
    }

    boolean isDone() {
        return answer.isDone();
    }

    /** Whether it was answered, and well. */
    boolean isAnswered() {
        return answer.isDone() && !answer.isCompletedExceptionally();
    }

    /** Where the reply was made. */
    String thread() {
        return thread;
    }

    int replies() {
        return replies.get();
    }

    /** Waits for the answer; fails when there is none. */
    float[] answer() {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer to " + rows.length + " rows", e);
        }
    }

    /** Waits for the answer, which has to be what {@link RowsModel.Rule#EACH} gives. */
    void isAnsweredRight() {
        assertThat(answer()).isEqualTo(RowsModel.Rule.EACH.answer(rows));
        assertThat(replies.get()).isEqualTo(1);
    }

    static void areAnsweredRight(List<Asked> all) {
        all.forEach(Asked::isAnsweredRight);
    }

    /** Waits for the error. */
    SlipwayException error() {
        try {
            float[] answered = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("answered: " + answered.length + " rows (expected: an error)");
        } catch (ExecutionException e) {
            assertThat(replies.get()).isEqualTo(1);
            return (SlipwayException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    ErrorCode code() {
        return error().code();
    }
}

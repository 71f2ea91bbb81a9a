package dev.slipway.core.batching;

import dev.slipway.api.Dispatch;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;

/**
 * Where what becomes of a request goes. Exactly one of {@link #answered} and {@link #failed} is called, once, on
 * whatever thread the request was run or refused.
 */
public interface Reply {
    /** The model's answer, whose tensors may be read until this returns. */
    void answered(Answer answer);

    /** Why there is none. */
    void failed(SlipwayException error);

    /**
     * A run has ended that was for this request, and perhaps for others: the same object for all of them. Told on the thread that
     * ran it, before the answer; again, when a batch that failed is run in parts. Throws nothing.
     *
     * @param waitedNanos how long the request had waited for the run
     */
    default void ran(Dispatch run, long waitedNanos) {}

    /** Whether nobody waits any more; then the request is not run, and fails with CANCELLED. Any thread. */
    boolean isCancelled();

    /**
     * The request waits from now on, in place of where it waited before.
     *
     * @param leave takes it out of there, and fails it, if it is still there; to be run, on whatever thread, as soon as {@link
     *     #isCancelled()}
     */
    default void waits(Runnable leave) {}
}

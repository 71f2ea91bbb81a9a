package dev.slipway.server.observe;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.core.Answer;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import org.jspecify.annotations.Nullable;

/** Looks on while requests for models are answered. Called on the requests' own threads: takes down and returns. */
public interface RequestObserver {
    /**
     * A request is for a model that is known, and who asks may ask it; it was not read any further.
     *
     * @param context by which words the request is found again
     * @return who follows it; null when nobody does
     */
    @Nullable
    Follower begins(String model, RequestContext context);

    /**
     * Follows one request. Called on one thread at a time, in this order, but for what is not reached: {@link #decoded}, {@link
     * #ran}, {@link #answered}, {@link #ended}. What it throws is logged, and the request goes on.
     */
    interface Follower {
        /**
         * The request was read. Its tensors may be read until {@link #answered} returns.
         *
         * @param id the version that it goes to
         */
        default void decoded(ServableId id, InferenceRequest request) {}

        /**
         * A run has ended that was for this request, and perhaps for others: the same object for all of them, and what {@link
         * dev.slipway.api.ServingListener#dispatched} is told on this thread afterwards. A request whose batch failed may be
         * run again.
         *
         * @param waitedNanos how long the request had waited for the run
         */
        default void ran(Dispatch run, long waitedNanos) {}

        /**
         * What stands before or after the model has turned the request, {@linkplain #ran before its run}, or what the run gave.
         *
         * @param nanos what that took, until now
         */
        default void turned(TransformStep step, long nanos) {}

        /** The answer, whose tensors may be read until this returns, before it is written. */
        default void answered(Answer answer) {}

        /** The answer or the error was handed to the transport. */
        default void ended(Prediction prediction) {}
    }
}

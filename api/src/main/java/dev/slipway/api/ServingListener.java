package dev.slipway.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Is told what happens. Must return at once, and may be called by many threads; an exception it throws is logged. */
public interface ServingListener {
    /**
     * A version changed its state. Told once for each change, in order: {@code AVAILABLE} after requests can use the
     * version, {@code UNLOADING} before they no longer can. A version whose files were replaced becomes
     * {@code AVAILABLE} again.
     */
    default void stateChanged(StateChange change) {}

    /**
     * A request for a version that was found has ended, well or not. Called on the request's own thread: count and
     * return.
     *
     * @param id the version that ran
     * @param code OK, or why not
     * @param runNanos nanoseconds in the servable; 0 when it never got there
     */
    default void requestEnded(ServableId id, ErrorCode code, long runNanos) {}

    /** A run for one or more requests has ended, well or not. Called on the thread that ran it: count and return. */
    default void dispatched(Dispatch dispatch) {}

    /**
     * A request's inputs were turned into the model's, or the model's outputs into the request's, well or not; beside what
     * {@link #requestEnded} counts. Called on the thread that did it: count and return.
     *
     * @param nanos what it took
     */
    default void transformed(ServableId id, TransformStep step, long nanos) {}

    /** Which side of a model's run a {@link Transform} was at work. */
    enum TransformStep {
        BEFORE,
        AFTER
    }

    /**
     * @param id whose state changed
     * @param state the new one
     * @param time when
     * @param error why, when it is {@code QUARANTINED}; when it is {@code AVAILABLE}, why its changed files could not
     *     be loaded in place of those that are served
     */
    record StateChange(
            ServableId id,
            VersionState state,
            Instant time,
            @Nullable SlipwayException error) {}
}

package dev.slipway.api;

import org.jspecify.annotations.Nullable;

/** Something loaded that can be run. All methods may be called by many threads at once. */
public interface Servable extends AutoCloseable {
    /** What it is; the same at every call. */
    ModelDescription description();

    /**
     * Runs the model on the calling thread and returns its outputs, which the caller must close.
     *
     * @param request inputs that were checked against the signature; a target whose signature this servable has
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the model refuses the inputs; {@code DEADLINE_EXCEEDED}
     *     when the run was terminated because its deadline had passed; {@code RESOURCE_EXHAUSTED} when memory ran out;
     *     {@code INTERNAL} otherwise
     */
    InferenceResult run(InferenceRequest request);

    /**
     * Whether a run waits for others rather than computes on the thread that calls it: however short runs were so far, the
     * next one may take until its deadline, and must not hold up a thread that others need.
     */
    default boolean mayWait() {
        return false;
    }

    /**
     * What turns requests of a signature into such as the model itself takes; null where there is nothing to turn. {@link
     * #run} does all of it; who asks for the transform does the same in steps: {@link Transform#before}, a run of {@link
     * Transform#signature()}, perhaps with the rows of others, {@link Transform#after}.
     *
     * @param signature its name, not empty
     */
    default @Nullable Transform transform(String signature) {
        return null;
    }

    /**
     * Gives back all that the model holds. Called once no run is under way and no result is open; closing twice is
     * harmless.
     */
    @Override
    void close();
}

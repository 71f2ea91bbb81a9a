package dev.slipway.api;

/**
 * One run of a model for one or more requests.
 *
 * @param id the version that ran
 * @param signature the signature's name
 * @param reason why it began when it did
 * @param batch what ran
 * @param times what it took
 * @param code OK, or why it failed
 */
public record Dispatch(
        ServableId id, String signature, DispatchReason reason, Batch batch, Times times, ErrorCode code) {

    /** A run that went well. */
    public Dispatch(ServableId id, String signature, DispatchReason reason, Batch batch, Times times) {
        this(id, signature, reason, batch, times, ErrorCode.OK);
    }

    /**
     * What ran.
     *
     * @param requests requests that were joined
     * @param rows rows of all of them; 1 a request where rows have no meaning
     * @param paddingRows rows that were added to reach an allowed size
     * @param onLoop whether it ran on an event loop, and not on a compute thread
     */
    public record Batch(int requests, int rows, int paddingRows, boolean onLoop) {}

    /**
     * What it took.
     *
     * @param queueNanos how long the oldest request had waited
     * @param runNanos joining the rows, the run, and taking the outputs apart
     * @param queueNanosOfAll how long all requests had waited, summed up
     */
    public record Times(long queueNanos, long runNanos, long queueNanosOfAll) {
        /** Of a single request. */
        public Times(long queueNanos, long runNanos) {
            this(queueNanos, runNanos, queueNanos);
        }
    }
}

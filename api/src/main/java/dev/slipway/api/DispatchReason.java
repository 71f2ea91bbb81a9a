package dev.slipway.api;

/** Why a run began when it did, with the rows it had. */
public enum DispatchReason {
    /** The model was free, or became so, and took all that waited. */
    IDLE,
    /** The largest number of rows that is allowed was there. */
    FULL,
    /** The number of rows from which on joining more pays no further, or a preferred one, was there. */
    SIZE,
    /** More rows would have broken the latency objective. */
    SLO,
    /** The oldest request had waited as long as a batch may wait to be filled. */
    TIMEOUT,
    /** The next request could not be joined: other shapes, other outputs, or rows not known to be independent. */
    MISMATCH,
    /** The next request was less urgent. */
    PRIORITY
}

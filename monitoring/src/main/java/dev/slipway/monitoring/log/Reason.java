package dev.slipway.monitoring.log;

/** Why an event is not in the log. */
public enum Reason {
    /** There was no room: the sink is slower than what comes. */
    FULL,
    /** It alone needs more room than one may have. */
    TOO_LARGE,
    /** The sink failed, each time that it was tried. */
    FAILED,
    /** The sink does not want it. */
    REFUSED,
    /** It could not be put in words. */
    UNREADABLE,
    /** The server stopped before it was written. */
    STOPPED
}

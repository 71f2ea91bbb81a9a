package dev.slipway.access.audit;

import java.util.Locale;

/** What a line of the log is. */
public enum AuditKind {
    /** A request. */
    ACCESS,
    /** As many requests as {@code count} says were refused like this one, and not written one by one. */
    REPEATED,
    /** As many events as {@code count} says could not be written. */
    LOST,
    /** Writing goes on after a crash or a failure; {@code count} bytes before this line, of SHA-256 {@code hash}, are no lines. */
    RECOVERED,
    /** Files with the lines up to the one numbered {@code count} are too old, and removed after this, if that can be. */
    RETIRED,
    /** The log was opened. */
    STARTED,
    /** The log was closed in order. */
    STOPPED;

    /** In the log. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

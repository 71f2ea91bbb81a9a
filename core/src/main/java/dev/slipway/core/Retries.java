package dev.slipway.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How often a version failed to load, and when it is tried again. Touched by the manager's loop alone. */
final class Retries {
    private int failures;
    private @Nullable Instant at;
    private Runnable cancel = () -> {};

    int failures() {
        return failures;
    }

    /** When the next is planned, if it is. */
    @Nullable
    Instant at() {
        return at;
    }

    void failed() {
        failures++;
    }

    void plan(Instant time, Runnable cancelling) {
        at = time;
        cancel = cancelling;
    }

    void cancel() {
        cancel.run();
        cancel = () -> {};
        at = null;
    }

    /** What comes next is no retry. */
    void forget() {
        cancel();
        failures = 0;
    }
}

package dev.slipway.server.management;

import dev.slipway.api.SlipwayException;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far something stands that takes its time.
 *
 * @param id unique, also over restarts of the server
 * @param kind what is done
 * @param model to which model
 * @param version to which of its versions; empty for all
 * @param state how it stands
 * @param progress a few words: {@code LOADING}, {@code 1 of 2 versions are unloaded}; empty at first
 * @param error why it is {@code FAILED} or {@code CANCELLED}; null otherwise
 * @param started when it began
 * @param ended when it ended; null while it runs
 */
public record Operation(
        String id,
        Kind kind,
        String model,
        OptionalLong version,
        State state,
        String progress,
        @Nullable SlipwayException error,
        Instant started,
        @Nullable Instant ended) {

    /** What is done. */
    public enum Kind {
        LOAD,
        UNLOAD
    }

    /** How it stands. */
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /** Whether nothing of it will change any more. */
    public boolean isEnded() {
        return state != State.RUNNING;
    }

    Operation withProgress(String changed) {
        return new Operation(id, kind, model, version, state, changed, error, started, ended);
    }

    Operation ended(State how, @Nullable SlipwayException why, Instant when) {
        return new Operation(id, kind, model, version, how, progress, why, started, when);
    }
}

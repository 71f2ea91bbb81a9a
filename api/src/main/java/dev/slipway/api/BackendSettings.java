package dev.slipway.api;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a backend may use.
 *
 * @param computeThreads threads that all models of the backend may compute on at once, the callers' own included; at
 *     least 1
 * @param intraOpThreads of these, how many one run of a costly model may use, the caller's included; 1 to
 *     {@code computeThreads}. With 1, a run is its caller's alone. Above 1, a lonely request is answered sooner, and who
 *     calls {@code computeThreads - intraOpThreads + 1} models at once at most stays within {@code computeThreads}
 * @param others finds a loader among the other backends, for one that turns its models into files of theirs; empty where none
 *     recognises the path
 */
public record BackendSettings(int computeThreads, int intraOpThreads, Function<Path, Optional<Loader>> others) {
    public BackendSettings {
        if (computeThreads < 1) {
            throw new IllegalArgumentException("computeThreads: %d (expected: >= 1)".formatted(computeThreads));
        }
        if (intraOpThreads < 1 || intraOpThreads > computeThreads) {
            throw new IllegalArgumentException(
                    "intraOpThreads: %d (expected: 1 to %d)".formatted(intraOpThreads, computeThreads));
        }
    }

    /** There are no others. */
    public BackendSettings(int computeThreads, int intraOpThreads) {
        this(computeThreads, intraOpThreads, path -> Optional.empty());
    }

    /** Every run is its caller's alone. */
    public BackendSettings(int computeThreads) {
        this(computeThreads, 1);
    }
}

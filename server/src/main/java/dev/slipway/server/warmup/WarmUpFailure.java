package dev.slipway.server.warmup;

import dev.slipway.api.SlipwayException;

/** Says where a warm-up failed. */
final class WarmUpFailure {
    private WarmUpFailure() {}

    /** The same error, of {@code place}. */
    static SlipwayException at(String place, SlipwayException error) {
        return new SlipwayException(error.code(), place + ": " + error.getMessage(), error);
    }
}

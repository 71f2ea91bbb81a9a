package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;

/** An edit was made for a configuration that is no longer the current one. */
public final class StaleRevision extends SlipwayException {
    StaleRevision(long current, long expected) {
        super(
                ErrorCode.ABORTED,
                "the configuration is at revision %d (expected: %d, as asked for; nothing was changed)"
                        .formatted(current, expected));
    }
}

package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;

/** Says what a future failed of in words that a caller can understand. */
public final class Failures {
    private static final System.Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    /** The failure itself, or {@code INTERNAL}, logged, for what nobody foresaw. */
    public static SlipwayException asSlipwayException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof SlipwayException known) {
            return known;
        }
        LOG.log(Level.ERROR, "a management request failed unexpectedly", cause);
        return new SlipwayException(ErrorCode.INTERNAL, "unexpected: " + cause, cause);
    }
}

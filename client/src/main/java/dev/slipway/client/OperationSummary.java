package dev.slipway.client;

import dev.slipway.api.SlipwayException;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far something stands that takes its time.
 *
 * @param kind {@code load} or {@code unload}
 * @param version empty for all
 * @param state {@code running}, {@code done}, {@code failed} or {@code cancelled}
 * @param progress a few words; empty when there is nothing to say
 * @param error why it failed or was called off; null otherwise
 * @param ended null while it runs
 */
public record OperationSummary(
        String id,
        String kind,
        String model,
        OptionalLong version,
        String state,
        String progress,
        @Nullable SlipwayException error,
        Instant started,
        @Nullable Instant ended) {

    /** Whether nothing of it will change any more. */
    public boolean isEnded() {
        return !state.equals("running");
    }

    /** {@code model 'fraud', version 7}. */
    public String subject() {
        return version.isPresent()
                ? "model '%s', version %d".formatted(model, version.getAsLong())
                : "model '%s'".formatted(model);
    }
}

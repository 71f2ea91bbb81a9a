package dev.slipway.server.endpoint.torchserve;

import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.server.config.ModelConfig;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says of how a model's requests run.
 *
 * @param batchSize requests in one run at most
 * @param batchDelayMillis how long a request waits for others
 * @param runsAtOnce the peer's workers
 */
record Scale(OptionalInt batchSize, OptionalInt batchDelayMillis, OptionalInt runsAtOnce) {

    /** What is said of a model, with this of it. */
    ModelConfig applied(ModelConfig entry) {
        if (batchSize.isEmpty() && batchDelayMillis.isEmpty() && runsAtOnce.isEmpty()) {
            return entry;
        }
        BatchingParameters before = orLearnt(entry.batching());
        Joining joining = before.joining();
        if (batchSize.isPresent() || batchDelayMillis.isPresent()) {
            int rows = batchSize.orElse(joining.rowsMax());
            joining = rows == 1
                    ? Joining.OFF
                    : new Joining(
                            joining.mode(),
                            rows,
                            batchDelayMillis.isPresent()
                                    ? Duration.ofMillis(batchDelayMillis.getAsInt())
                                    : joining.waitMax(),
                            joining.sizes(),
                            joining.splitsLarge());
        }
        return entry.withBatching(new BatchingParameters(
                joining,
                before.queueing(),
                before.latencyObjective(),
                runsAtOnce.orElse(before.runsAtOnceMax()),
                before.isAdaptive()));
    }

    static BatchingParameters orLearnt(@Nullable BatchingParameters said) {
        return said == null ? BatchingParameters.LEARNT : said;
    }
}

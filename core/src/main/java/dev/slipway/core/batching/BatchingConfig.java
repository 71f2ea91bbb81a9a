package dev.slipway.core.batching;

import java.util.Map;

/**
 * What is asked for each model, as a whole: it replaces what was asked before.
 *
 * @param fallback for models that {@code byModel} does not name
 * @param byModel by the model's name
 */
public record BatchingConfig(BatchingParameters fallback, Map<String, BatchingParameters> byModel) {
    /** Everything by measurement. */
    public static final BatchingConfig LEARNT = new BatchingConfig(BatchingParameters.LEARNT, Map.of());

    public BatchingConfig {
        byModel = Map.copyOf(byModel);
    }

    /** What holds for {@code model}. */
    public BatchingParameters of(String model) {
        return byModel.getOrDefault(model, fallback);
    }
}

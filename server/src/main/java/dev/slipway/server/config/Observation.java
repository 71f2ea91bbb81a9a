package dev.slipway.server.config;

import dev.slipway.monitoring.log.ModelLog;
import org.jspecify.annotations.Nullable;

/**
 * How closely a model's requests are looked at; nothing of it changes what they are answered, or has the model loaded anew.
 *
 * @param traceSample the share of its requests that are traced, of those that come without a trace, 0 to 1; null for as the server
 *     was told
 * @param predictionLog what is taken down of them; null for nothing
 */
public record Observation(
        @Nullable Double traceSample, @Nullable ModelLog predictionLog) {
    /** As the server was told. */
    public static final Observation DEFAULT = new Observation(null, null);

    /** The same with another share of traces. */
    Observation withTraceSample(@Nullable Double changed) {
        return new Observation(changed, predictionLog);
    }

    /** The same; what {@code other} leaves out of what is taken down is left out too. */
    Observation redacting(Observation other) {
        ModelLog here = predictionLog;
        ModelLog there = other.predictionLog;
        return here == null || there == null ? this : withPredictionLog(here.redacting(there.redact()));
    }

    /** The same, with something else taken down. */
    Observation withPredictionLog(@Nullable ModelLog changed) {
        return new Observation(traceSample, changed);
    }
}

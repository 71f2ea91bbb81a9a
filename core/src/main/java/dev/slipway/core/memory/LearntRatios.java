package dev.slipway.core.memory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the versions of a model took, over what their headers had let expect: a model's next version is expected to go
 * wrong by as much. Remembers the models that were measured last. Not for several threads.
 */
public final class LearntRatios {
    /** However wrong a header is, an estimate is off it by no more than this either way. */
    public static final double MAX = 4;

    private static final int MODELS_MAX = 10_000;

    private final Map<String, Double> ratios = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
            return size() > MODELS_MAX;
        }
    };

    /** Takes note of a version; half of what is believed then comes from it. */
    public void learn(String model, long expectedBytes, long measuredBytes) {
        if (expectedBytes > 0 && measuredBytes > 0) {
            double found = Math.max(1 / MAX, Math.min(MAX, (double) measuredBytes / expectedBytes));
            ratios.merge(model, found, (before, now) -> (before + now) / 2);
        }
    }

    /** What a version whose headers let expect so many bytes is likely to take. */
    public long estimate(String model, long expectedBytes) {
        Double ratio = ratios.get(model);
        return ratio == null ? expectedBytes : Math.round(expectedBytes * ratio);
    }
}

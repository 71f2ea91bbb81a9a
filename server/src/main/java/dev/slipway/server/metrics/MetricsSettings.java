package dev.slipway.server.metrics;

import dev.slipway.server.config.MetricsConfig;
import java.util.Objects;

/**
 * How much is counted, and shown.
 *
 * @param showsPeers whether what other servers call the same is shown too
 * @param timesPhases whether each phase of a request is timed apart, and not just the whole
 * @param seriesMax sets of labels that each metric may have of models, at least 1; what is above counts as model {@code other}
 */
public record MetricsSettings(boolean showsPeers, boolean timesPhases, int seriesMax) {
    public static final MetricsSettings DEFAULT = new MetricsSettings(true, true, 1_000);

    /** As it was asked, and {@link #DEFAULT} where nothing was. */
    public static MetricsSettings of(MetricsConfig asked) {
        return new MetricsSettings(
                Objects.requireNonNullElse(asked.showsPeers(), DEFAULT.showsPeers),
                Objects.requireNonNullElse(asked.timesPhases(), DEFAULT.timesPhases),
                Objects.requireNonNullElse(asked.seriesMax(), DEFAULT.seriesMax));
    }

    public MetricsSettings {
        if (seriesMax < 1) {
            throw new IllegalArgumentException("seriesMax: %d (expected: >= 1)".formatted(seriesMax));
        }
    }
}

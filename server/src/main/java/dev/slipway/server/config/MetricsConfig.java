package dev.slipway.server.config;

import org.jspecify.annotations.Nullable;

/**
 * How much is counted, and shown. Null is what is not said.
 *
 * @param showsPeers whether what other servers call the same is shown too
 * @param timesPhases whether each phase of a request is timed apart
 * @param seriesMax sets of labels that each metric may have of models
 */
public record MetricsConfig(
        @Nullable Boolean showsPeers,
        @Nullable Boolean timesPhases,
        @Nullable Integer seriesMax) {
    /** Nothing is said. */
    public static final MetricsConfig NONE = new MetricsConfig(null, null, null);

    /** This, and what the other says where this says nothing. */
    MetricsConfig or(MetricsConfig other) {
        return new MetricsConfig(
                showsPeers == null ? other.showsPeers : showsPeers,
                timesPhases == null ? other.timesPhases : timesPhases,
                seriesMax == null ? other.seriesMax : seriesMax);
    }
}

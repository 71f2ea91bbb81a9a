package dev.slipway.core.traffic;

import org.jspecify.annotations.Nullable;

/**
 * How the requests for a model are divided among its versions. Replaced whole, at any time.
 *
 * @param defaultLabel the label that requests which name neither version nor label go to; empty for the newest version
 * @param sticky what keeps a caller on one version of a label's several; null for chance
 * @param shadow a version that gets copies of requests; null for none
 * @param rollback bounds that a label's new version has to keep; null for none
 */
public record TrafficSettings(
        String defaultLabel,
        @Nullable Sticky sticky,
        @Nullable Shadow shadow,
        @Nullable RollbackBounds rollback) {
    /** Requests without version go to the newest. */
    public static final TrafficSettings DEFAULT = new TrafficSettings("", null, null, null);

    /** The same with another default label. */
    public TrafficSettings withDefaultLabel(String changed) {
        return new TrafficSettings(changed, sticky, shadow, rollback);
    }

    /** The same, callers being kept on a version otherwise. */
    public TrafficSettings withSticky(@Nullable Sticky changed) {
        return new TrafficSettings(defaultLabel, changed, shadow, rollback);
    }

    /** The same with another shadow. */
    public TrafficSettings withShadow(@Nullable Shadow changed) {
        return new TrafficSettings(defaultLabel, sticky, changed, rollback);
    }

    /** The same with other bounds. */
    public TrafficSettings withRollback(@Nullable RollbackBounds changed) {
        return new TrafficSettings(defaultLabel, sticky, shadow, changed);
    }

    /**
     * What keeps a caller on one version: equal values, equal versions.
     *
     * @param source where the value is found
     * @param name of the header (a gRPC metadata key), in lower case, or of the input
     */
    public record Sticky(Source source, String name) {
        /** Where a value is found. */
        public enum Source {
            HEADER,
            /** An input of the request; its first element counts. */
            INPUT
        }
    }
}

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

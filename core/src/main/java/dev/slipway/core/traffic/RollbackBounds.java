package dev.slipway.core.traffic;

import java.time.Duration;

/**
 * Bounds that a version has to keep for a while after a label was moved to it; if it breaks one, the label goes back to
 * where it was.
 *
 * @param window how long after the move
 * @param requestsMin requests of the new version that there must be before it is judged, at least 1
 * @param errorRateMax share of its requests that may fail by the server's or model's fault, 0 to 1; 1 for any
 * @param p99RatioMax how many times the old version's 99th percentile of run time its own may be; 0 for any
 */
public record RollbackBounds(Duration window, int requestsMin, double errorRateMax, double p99RatioMax) {
    public RollbackBounds {
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window: %s (expected: above 0)".formatted(window));
        }
        if (requestsMin < 1) {
            throw new IllegalArgumentException("requestsMin: %d (expected: >= 1)".formatted(requestsMin));
        }
        if (!(errorRateMax >= 0 && errorRateMax <= 1)) {
            throw new IllegalArgumentException("errorRateMax: %s (expected: 0 to 1)".formatted(errorRateMax));
        }
        if (!(p99RatioMax >= 0)) {
            throw new IllegalArgumentException("p99RatioMax: %s (expected: >= 0)".formatted(p99RatioMax));
        }
    }
}

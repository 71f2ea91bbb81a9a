package dev.slipway.core.traffic;

/**
 * A version that gets copies of requests; its answers are compared with those that were given, counted, and thrown away.
 *
 * @param version that gets the copies; requests that it answers itself are not copied
 * @param share of the requests that are copied, above 0 to 1
 * @param tolerance by how much numbers may differ: {@code |a - b| <= tolerance * max(1, |a|)}; 0 for not at all
 */
public record Shadow(long version, double share, double tolerance) {
    public Shadow {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: %s (expected: above 0 to 1)".formatted(share));
        }
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("tolerance: %s (expected: >= 0)".formatted(tolerance));
        }
    }
}

package dev.slipway.core.batching;

/**
 * Those whose requests share one part of what a model can do. While more is asked of it than it can do, tenants that ask get
 * rows in the proportion of their weights.
 *
 * @param weight at least 1
 */
public record Tenant(String name, int weight) {
    /** Of all who are nobody's in particular. */
    public static final Tenant SHARED = new Tenant("", 1);

    public Tenant {
        if (weight < 1) {
            throw new IllegalArgumentException("tenant '%s': weight %d (expected: >= 1)".formatted(name, weight));
        }
    }
}

package dev.slipway.api;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The versions that a label names, each with its share of the requests: {@code {7: 95, 8: 5}}.
 *
 * @param weights by version; at least one, each at least 0, one of them above; only their ratios count
 */
public record Split(NavigableMap<Long, Integer> weights) {
    /** More would let the sum overflow. */
    private static final int WEIGHT_MAX = 1_000_000;

    /** @throws IllegalArgumentException when the weights are not as said above */
    public Split {
        weights = Collections.unmodifiableNavigableMap(new TreeMap<>(weights));
        boolean isPositive = weights.values().stream().anyMatch(weight -> weight > 0);
        if (!isPositive || weights.values().stream().anyMatch(weight -> weight < 0 || weight > WEIGHT_MAX)) {
            throw new IllegalArgumentException(
                    "weights: %s (expected: 0 to %d, one above 0)".formatted(weights, WEIGHT_MAX));
        }
    }

    public Split(Map<Long, Integer> weights) {
        this(new TreeMap<>(weights));
    }

    /** All requests to one version. */
    public static Split of(long version) {
        return new Split(Map.of(version, 1));
    }

    /** Whether there is nothing to choose. */
    public boolean isSingle() {
        return weights.size() == 1;
    }

    /**
     * The version for a request. The versions' shares lie side by side in the order of their numbers, so that who is on
     * the newest version stays there when its share grows.
     *
     * @param ticket any number, best one of a good hash: equal tickets, equal versions
     */
    public long pick(long ticket) {
        if (isSingle()) {
            return weights.firstKey();
        }
        long sum = 0;
        for (int weight : weights.values()) {
            sum += weight;
        }
        // The upper 32 bits as a fraction of 1: no division, and shares exact to 2^-32.
        long at = ((ticket >>> 32) * sum) >>> 32;
        for (Map.Entry<Long, Integer> entry : weights.entrySet()) {
            at -= entry.getValue();
            if (at < 0) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("no share for ticket " + ticket);
    }

    /** {@code 7}, or {@code 7 (95), 8 (5)}. */
    @Override
    public String toString() {
        return isSingle()
                ? weights.firstKey().toString()
                : weights.entrySet().stream()
                        .map(entry -> "%d (%d)".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
    }
}

package dev.slipway.benchmarks.load;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Cuts a measured time into pieces, and tells what came of each as soon as it is over.
 *
 * @param length of a piece, above zero
 * @param each is told on the load generator's thread, where all requests wait until it returns
 */
public record Intervals(Duration length, Consumer<Measurement> each) {
    /** Checks the length. */
    public Intervals {
        if (length.isZero() || length.isNegative()) {
            throw new IllegalArgumentException("length: %s (expected: above zero)".formatted(length));
        }
    }

    /** One piece, which nobody is told of. */
    public static final Intervals NONE = new Intervals(Duration.ofDays(1000), found -> {});
}

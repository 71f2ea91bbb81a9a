package dev.slipway.source;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Says when to look again: soon after a change, ever less often while nothing changes or nobody answers. Never exactly
 * then, lest a thousand servers that were started together ask together. For use by one thread.
 */
final class Pace {
    private static final double GROWTH = 1.5;
    private static final double LONGEST = 8;
    private static final double JITTER = 0.2;

    private final Duration base;
    private final DoubleSupplier random;
    private double factor = 1;

    /**
     * @param base time between two looks while things change
     * @param random evenly from 0 to 1
     */
    Pace(Duration base, DoubleSupplier random) {
        this.base = base;
        this.random = random;
    }

    /** The pause after a look that saw a change, or not, or nothing at all. */
    Duration next(boolean isChanged) {
        factor = isChanged ? 1 : Math.min(factor * GROWTH, LONGEST);
        return jittered(Duration.ofMillis((long) (base.toMillis() * factor)));
    }

    /** {@code pause}, up to a fifth shorter or longer. */
    Duration jittered(Duration pause) {
        return Duration.ofMillis(Math.round(pause.toMillis() * (1 - JITTER + 2 * JITTER * random.getAsDouble())));
    }
}

package dev.slipway.server.tracing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are traced, of those that nobody has decided about before: a share for each model, and one for all others. A
 * request draws one number for its whole life, so that what is decided before its model is known agrees with what is decided
 * afterwards. Thread-safe.
 */
final class Sampling {
    /** Draws are {@value #DRAW_BITS} bits. */
    private static final int DRAW_BITS = 56;

    private static final double DRAWS = 1L << DRAW_BITS;

    private final long byDefault;

    /** Never changed in place. */
    private volatile Map<String, Long> byModel = Map.of();

    /** The largest of all. */
    private volatile long largest;

    /** @param share 0 to 1 */
    Sampling(double share) {
        byDefault = (long) (share * DRAWS);
        largest = byDefault;
    }

    /** @param share 0 to 1; null for as others have it */
    synchronized void change(String model, @Nullable Double share) {
        Map<String, Long> changed = new HashMap<>(byModel);
        if (share == null) {
            changed.remove(model);
        } else {
            changed.put(model, (long) (share * DRAWS));
        }
        byModel = Map.copyOf(changed);
        largest = changed.values().stream().reduce(byDefault, Math::max);
    }

    /**
     * A number for a request.
     *
     * @param random any bits
     */
    static long draw(long random) {
        return random >>> (Long.SIZE - DRAW_BITS);
    }

    /** Whether there may be a model that a request with this number is traced for. */
    boolean mayTake(long draw) {
        return draw < largest;
    }

    /** @param model empty where none is known */
    boolean takes(String model, long draw) {
        return draw < byModel.getOrDefault(model, byDefault);
    }
}

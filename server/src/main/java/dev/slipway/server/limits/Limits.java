package dev.slipway.server.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The most that somebody may ask, or that is asked of a model. Null, or 0, is no limit.
 *
 * @param requests in a time
 * @param rows items along axis 0 of the inputs, in a time
 * @param bytes of requests, in a time
 * @param concurrent requests that are not answered yet
 * @param burst what was not asked for so long may be asked at once, and always one request; null for as long as each rate's own
 *     second, minute or hour
 */
public record Limits(
        @Nullable Rate requests,
        @Nullable Rate rows,
        @Nullable Rate bytes,
        int concurrent,
        @Nullable Duration burst) {
    /** As much as there is. */
    public static final Limits NONE = new Limits(null, null, null, 0, null);

    public Limits {
        if (concurrent < 0) {
            throw new IllegalArgumentException("concurrent: %d (expected: >= 0)".formatted(concurrent));
        }
        if (burst != null && burst.isNegative()) {
            throw new IllegalArgumentException("burst: %s (expected: >= 0)".formatted(burst));
        }
        if (requests == null && rows == null && bytes == null) {
            // Of nothing there is no burst: what means the same is the same.
            burst = null;
        }
    }

    /** Whether nothing is limited. */
    public boolean areNone() {
        return requests == null && rows == null && bytes == null && concurrent == 0;
    }
}

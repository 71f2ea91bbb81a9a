package dev.slipway.core.policy;

import dev.slipway.api.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Says when a version that failed to load is tried again. Errors that only other files can cure are not retried; the
 * rest are, at doubling intervals.
 *
 * @param first the delay after the first failure
 * @param longest the delay that doubling stops at
 * @param retriesMax how many times in all, at least 0
 */
public record RetryPolicy(Duration first, Duration longest, int retriesMax) {
    /** After 1 s, 2 s, 4 s and so on up to every 5 minutes, for as long as the version is wanted. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(5), Integer.MAX_VALUE);

    public RetryPolicy {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "first: %s, longest: %s (expected: 0 <= first <= longest)".formatted(first, longest));
        }
        if (retriesMax < 0) {
            throw new IllegalArgumentException("retriesMax: %d (expected: >= 0)".formatted(retriesMax));
        }
    }

    /**
     * The delay before the next attempt; empty when there is to be none.
     *
     * @param code why the last attempt failed
     * @param failures how many attempts have failed, at least 1
     */
    public Optional<Duration> delay(ErrorCode code, int failures) {
        if (!isCurable(code) || failures > retriesMax) {
            return Optional.empty();
        }
        int doublings = Math.min(failures - 1, 30);
        Duration delay = first.multipliedBy(1L << doublings);
        return Optional.of(delay.compareTo(longest) < 0 ? delay : longest);
    }

    /** Whether time alone may cure an error of this category; a load that somebody called off waits to be asked for. */
    private static boolean isCurable(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE, INTERNAL, UNKNOWN, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, ABORTED -> true;
            default -> false;
        };
    }
}

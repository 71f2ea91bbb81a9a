package dev.slipway.core.batching;

import java.time.Duration;

/**
 * What holds for the requests that wait at one priority.
 *
 * @param requestsMax requests that wait at most; one more is refused
 * @param timeout how long a request may wait; zero for as long as its deadline allows
 * @param onTimeout what becomes of one that waited longer
 * @param allowsOverride whether a request may bring a shorter timeout of its own, or one where there is none
 */
public record QueuePolicy(int requestsMax, Duration timeout, OnTimeout onTimeout, boolean allowsOverride) {
    /** Four thousand requests, until their deadlines. */
    public static final QueuePolicy DEFAULT = new QueuePolicy(4096, Duration.ZERO, OnTimeout.REJECT, true);

    /** What becomes of a request that waited too long. */
    public enum OnTimeout {
        /** It fails with DEADLINE_EXCEEDED. */
        REJECT,
        /** It runs after all that has not waited too long. */
        DELAY
    }

    public QueuePolicy {
        if (requestsMax < 1) {
            throw new IllegalArgumentException("requestsMax: %d (expected: >= 1)".formatted(requestsMax));
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: %s (expected: >= 0)".formatted(timeout));
        }
    }

    /** How long a request may wait, in nanoseconds; 0 for as long as its deadline allows. */
    long timeoutNanos(Urgency urgency) {
        long own = timeout.toNanos();
        if (!allowsOverride || urgency.timeoutNanos() == 0) {
            return own;
        }
        return own == 0 ? urgency.timeoutNanos() : Math.min(own, urgency.timeoutNanos());
    }
}

package dev.slipway.core.batching;

/**
 * What a request says of its place in the line.
 *
 * @param priority from 1, the most urgent; 0 for the model's default
 * @param timeoutNanos how long it may wait; 0 for the model's default
 */
public record Urgency(int priority, long timeoutNanos) {
    /** As any other. */
    public static final Urgency DEFAULT = new Urgency(0, 0);

    public Urgency {
        if (priority < 0 || timeoutNanos < 0) {
            throw new IllegalArgumentException(
                    "priority: %d, timeoutNanos: %d (expected: >= 0)".formatted(priority, timeoutNanos));
        }
    }
}

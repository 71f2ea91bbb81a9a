package dev.slipway.core.batching;

/**
 * What a request says of its place in the line.
 *
 * @param priority from 1, the most urgent; 0 for the model's default
 * @param timeoutNanos how long it may wait; 0 for the model's default
 * @param tenant whose share of the model it takes
 */
public record Urgency(int priority, long timeoutNanos, Tenant tenant) {
    /** As any other. */
    public static final Urgency DEFAULT = new Urgency(0, 0);

    public Urgency {
        if (priority < 0 || timeoutNanos < 0) {
            throw new IllegalArgumentException(
                    "priority: %d, timeoutNanos: %d (expected: >= 0)".formatted(priority, timeoutNanos));
        }
    }

    /** Of nobody in particular. */
    public Urgency(int priority, long timeoutNanos) {
        this(priority, timeoutNanos, Tenant.SHARED);
    }

    /** The same, for somebody. */
    public Urgency of(Tenant whose) {
        return tenant.equals(whose) ? this : new Urgency(priority, timeoutNanos, whose);
    }
}

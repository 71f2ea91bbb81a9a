package dev.slipway.access.key;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a key is good.
 *
 * @param expires from then on it is refused; null for never
 * @param withdrawn when somebody took it back, which holds at once; null for not
 */
public record Lifetime(
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant withdrawn) {
    public Lifetime {
        if (expires != null && !expires.isAfter(created)) {
            throw new IllegalArgumentException("expires: %s (expected: after created, %s)".formatted(expires, created));
        }
    }

    /** Taken back at {@code when}. */
    public Lifetime withdrawnAt(Instant when) {
        return new Lifetime(created, expires, when);
    }

    /** Whether the key is ever refused for the time; else nobody needs to ask what time it is. */
    boolean mayEnd() {
        return expires != null || withdrawn != null;
    }

    /** Why a key is refused at {@code now}, as in {@code expired at ...}; null when it is good. */
    public @Nullable String refusal(Instant now) {
        if (withdrawn != null) {
            return "was withdrawn at " + withdrawn;
        }
        return expires != null && !now.isBefore(expires) ? "expired at " + expires : null;
    }
}

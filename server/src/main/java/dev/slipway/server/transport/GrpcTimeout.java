package dev.slipway.server.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long the client of a call waits, as {@code grpc-timeout} says it: {@code 250m}. */
final class GrpcTimeout {
    private static final int DIGITS_MAX = 8;

    private GrpcTimeout() {}

    /** Null when {@code text} is no timeout. */
    static @Nullable Duration parse(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > DIGITS_MAX) {
            return null;
        }
        long amount = 0;
        for (int at = 0; at < digits; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            amount = amount * 10 + digit;
        }
        return switch (text.charAt(digits)) {
            case 'H' -> Duration.ofHours(amount);
            case 'M' -> Duration.ofMinutes(amount);
            case 'S' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMillis(amount);
            case 'u' -> Duration.ofNanos(amount * 1_000);
            case 'n' -> Duration.ofNanos(amount);
            default -> null;
        };
    }
}

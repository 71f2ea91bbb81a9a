package dev.slipway.source.http;

import java.time.Duration;

/** An attempt failed in a way that another one may not. */
final class PassingException extends Exception {
    private final Duration retryAfter;

    PassingException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** What the server asked for; zero when it did not. */
    Duration retryAfter() {
        return retryAfter;
    }
}

package dev.slipway.source.http;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.net.http.HttpHeaders;
import java.time.Duration;

/** What a status that brings no file means. */
final class Answers {
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(1);

    private Answers() {}

    /**
     * Whether another attempt may bring the file.
     *
     * @throws SlipwayException when none will: {@code NOT_FOUND}, {@code UNAUTHENTICATED}, {@code PERMISSION_DENIED},
     *     {@code FAILED_PRECONDITION}
     */
    static PassingException passing(int status, HttpHeaders headers, HttpLocation location) {
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return new PassingException("%s answers %d".formatted(location, status), retryAfter(headers));
        }
        if (status == 412) {
            return new PassingException("%s has changed since it was listed".formatted(location), Duration.ZERO);
        }
        ErrorCode code = switch (status) {
            case 404, 410 -> ErrorCode.NOT_FOUND;
            case 401, 407 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.PERMISSION_DENIED;
            default -> ErrorCode.FAILED_PRECONDITION;
        };
        throw new SlipwayException(code, "%s answers %d (expected: 200)".formatted(location, status));
    }

    private static Duration retryAfter(HttpHeaders headers) {
        try {
            long seconds = Long.parseLong(headers.firstValue("Retry-After").orElse("0"));
            Duration asked = Duration.ofSeconds(Math.max(0, Math.min(seconds, RETRY_AFTER_MAX.toSeconds())));
            return asked;
        } catch (NumberFormatException e) {
            // A date: our own pauses do.
            return Duration.ZERO;
        }
    }
}

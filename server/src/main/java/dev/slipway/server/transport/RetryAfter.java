package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.Map;

/**
 * When a refused request is worth another try, as protocols tell it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110, 10.2.3: Retry-After</a>
 * @see <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md">gRPC A6: pushback</a>
 */
public final class RetryAfter {
    static final String PUSHBACK = "grpc-retry-pushback-ms";

    private static final Map<String, String> SOON = Map.of("Retry-After", "1");
    private static final long MILLIS_IN_SECOND = 1000;

    private RetryAfter() {}

    /** The header of an HTTP answer: whole seconds, 1 where nobody can tell; none for an error that stays. */
    public static Map<String, String> headers(SlipwayException error) {
        if (error.code() != ErrorCode.RESOURCE_EXHAUSTED && error.code() != ErrorCode.UNAVAILABLE) {
            return Map.of();
        }
        long millis = millis(error);
        return millis <= MILLIS_IN_SECOND
                ? SOON
                : Map.of("Retry-After", Long.toString((millis + MILLIS_IN_SECOND - 1) / MILLIS_IN_SECOND));
    }

    /** Milliseconds for a gRPC client, rounded up; 0 where nobody can tell. */
    static long millis(SlipwayException error) {
        return error.retryAfter().plusNanos(999_999).toMillis();
    }
}

package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the transport itself answers to a request that it does not hand over, or that got no answer.
 *
 * @param httpStatus for REST
 * @param code for gRPC
 * @param text for both
 * @param reason as which it counts; null where it ends what is counted otherwise
 */
record Refusal(int httpStatus, ErrorCode code, String text, Refusals.@Nullable Reason reason) {
    /** Of what is wrong with a request; with 503 or 504, of what ends a call that is at work. */
    Refusal(int httpStatus, ErrorCode code, String text) {
        this(httpStatus, code, text, httpStatus == 503 || httpStatus == 504 ? null : Refusals.Reason.INVALID);
    }

    static Refusal of(Body.Verdict verdict, MemoryBudget budget, TransportLimits limits) {
        return switch (verdict) {
            case TAKEN -> throw new IllegalArgumentException("verdict: TAKEN (expected: a reason to refuse)");
            case TOO_LARGE ->
                new Refusal(
                        413,
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "body is too large (expected: at most %d bytes)".formatted(limits.bodyBytesMax()),
                        Refusals.Reason.TOO_LARGE);
            case NO_MEMORY ->
                new Refusal(
                        503,
                        ErrorCode.UNAVAILABLE,
                        "requests hold %d bytes (expected: at most %d): try again in a second"
                                .formatted(budget.heldBytes(), limits.heldBytesMax()),
                        Refusals.Reason.MEMORY);
            case NOT_GZIP ->
                new Refusal(
                        400,
                        ErrorCode.INVALID_ARGUMENT,
                        "body is not gzip or deflate, or cut off (expected: as its header says)");
        };
    }

    /** For a body of which {@code bytes} bytes came in time. */
    static Refusal tooSlow(int bytes, Duration timeout) {
        return new Refusal(
                408,
                ErrorCode.DEADLINE_EXCEEDED,
                "%d bytes of the request arrived in %d ms (expected: all of it)".formatted(bytes, timeout.toMillis()),
                Refusals.Reason.SLOW);
    }

    /** For a request that was not answered in {@code nanos} ns. */
    static Refusal late(long nanos) {
        return new Refusal(
                504,
                ErrorCode.DEADLINE_EXCEEDED,
                "no answer within %d ms".formatted(nanos / 1_000_000),
                Refusals.Reason.DEADLINE);
    }
}

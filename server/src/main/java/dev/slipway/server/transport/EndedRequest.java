package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A request that came to its end: answered, refused or given up. Of a stream of messages, all of them together.
 *
 * @param remoteAddress as {@link RestRequest#remoteAddress}
 * @param principal who asked
 * @param context by which words it is found again
 */
public record EndedRequest(
        Asked asked, Outcome outcome, String remoteAddress, String principal, RequestContext context) {
    /** What is said of a request whose client was gone before there was an answer, as nginx has it. */
    public static final int CLIENT_GONE = 499;

    /**
     * @param method in capitals
     * @param path as it was sent, without what follows a question mark
     * @param protocol {@code HTTP/1.1}, {@code HTTP/2} or {@code gRPC}
     * @param userAgent what the client calls itself; null for nothing
     */
    public record Asked(
            String method,
            String path,
            String protocol,
            @Nullable String userAgent) {}

    /**
     * @param httpStatus of the answer; {@value #CLIENT_GONE} where nobody waited for one
     * @param grpcStatus of a gRPC call; null for all else
     * @param requestBytes of the body that came
     * @param answerBytes of the body that went out
     * @param nanos from the end of the head to the answer's last byte, as far as the server sees
     */
    public record Outcome(
            int httpStatus, @Nullable ErrorCode grpcStatus, long requestBytes, long answerBytes, long nanos) {}

    static EndedRequest of(Exchange exchange, Asked asked, int httpStatus, @Nullable ErrorCode grpcStatus) {
        Outcome outcome = new Outcome(
                httpStatus,
                grpcStatus,
                exchange.reception().receivedBytes(),
                exchange.answering().sentBytes(),
                System.nanoTime() - exchange.progress().startNanos());
        return new EndedRequest(
                asked,
                outcome,
                exchange.remoteAddress(),
                exchange.permit().principal().name(),
                exchange.context());
    }

    /** Of a request that was refused before there was anything to know of it. */
    public static EndedRequest refused(Asked asked, int httpStatus, String remoteAddress, String requestId) {
        return new EndedRequest(
                asked, new Outcome(httpStatus, null, 0, 0, 0), remoteAddress, "", RequestContext.of(requestId));
    }
}

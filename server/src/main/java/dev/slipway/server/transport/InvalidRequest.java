package dev.slipway.server.transport;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is not HTTP/1.1, or too long in its head. */
final class InvalidRequest {
    static final int LINE_BYTES_MAX = 8 * 1024;

    private InvalidRequest() {}

    /**
     * Says what is wrong with it, and ends the connection.
     *
     * @param headBytesMax that a head may have
     * @param ended told of it
     */
    static void refuse(HttpServerRequest request, int headBytesMax, @Nullable Consumer<EndedRequest> ended) {
        Throwable cause = request.decoderResult().cause();
        int status = 400;
        String text = "not a valid HTTP request: " + cause.getMessage();
        if (cause instanceof TooLongHttpLineException) {
            status = 414;
            text = "request line is too long (expected: at most %d bytes)".formatted(LINE_BYTES_MAX);
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = 431;
            text = "headers are too long (expected: at most %d bytes)".formatted(headBytesMax);
        }
        String requestId = RequestContext.newId();
        request.response()
                .setStatusCode(status)
                .putHeader(RestHeads.REQUEST_ID, requestId)
                .putHeader("content-type", ErrorBody.CONTENT_TYPE)
                .putHeader("connection", "close")
                .end(Buffer.buffer(ErrorBody.bytes(text)));
        if (ended != null) {
            String remote = ConnectionGuard.of(request.connection()).peer().address();
            ended.accept(EndedRequest.refused(RestHeads.asked(request), status, remote, requestId));
        }
        request.connection().close();
    }
}

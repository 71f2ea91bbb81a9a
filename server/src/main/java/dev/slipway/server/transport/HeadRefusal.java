package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer over HTTP/1.1 to what no protocol has made a request of; the connection ends with it.
 *
 * @param status with its reason: {@code 408 Request Timeout}
 * @param text in ASCII, without quotes
 */
record HeadRefusal(String status, String text) {
    static final HeadRefusal TOO_SLOW =
            new HeadRefusal("408 Request Timeout", "the request's head did not arrive in time");

    static final HeadRefusal NO_TLS =
            new HeadRefusal("400 Bad Request", "this port speaks TLS (expected: https://, or a gRPC channel with TLS)");

    /** The answer, of which {@code ended} is told. */
    ByteBuf told(@Nullable Consumer<EndedRequest> ended, String remoteAddress) {
        String requestId = RequestContext.newId();
        if (ended != null) {
            EndedRequest.Asked nothing = new EndedRequest.Asked("-", "-", "HTTP/1.1", null);
            ended.accept(EndedRequest.refused(nothing, Integer.parseInt(status, 0, 3, 10), remoteAddress, requestId));
        }
        return bytes(requestId);
    }

    /** @param requestId by which it is found again */
    ByteBuf bytes(String requestId) {
        String body = "{\"error\": \"" + text + "\"}";
        return Unpooled.copiedBuffer(
                "HTTP/1.1 " + status + "\r\nconnection: close\r\ncontent-type: " + ErrorBody.CONTENT_TYPE + "\r\n"
                        + RequestContext.REQUEST_ID + ": " + requestId + "\r\ncontent-length: " + body.length()
                        + "\r\n\r\n" + body,
                StandardCharsets.US_ASCII);
    }
}

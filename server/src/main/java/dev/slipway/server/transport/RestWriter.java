package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Writes the answer of one HTTP request, on its event loop. */
final class RestWriter {
    private final RestExchange exchange;
    private final HttpServerResponse response;
    private final boolean isHead;
    private int status;

    RestWriter(RestExchange exchange, HttpServerRequest request) {
        this.exchange = exchange;
        this.response = request.response();
        this.isHead = HttpMethod.HEAD.equals(request.method());
    }

    /** Whether the request asks for what a GET would be answered, without the body. */
    boolean isHead() {
        return isHead;
    }

    /** What was answered; {@link EndedRequest#CLIENT_GONE} where nothing was. */
    int status() {
        return status == 0 ? EndedRequest.CLIENT_GONE : status;
    }

    /** The head of an answer, of which nothing has been written yet. */
    void head(int status, String contentType, Map<String, String> headers) {
        this.status = status;
        response.setStatusCode(status);
        exchange.context().status(status);
        RestHeads.put(response, headers);
        if (exchange.loop.options.access().isCorsAllowed()) {
            RestHeads.allowPages(response);
        }
        RestHeads.identify(response, exchange.context());
        if (!contentType.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        }
        if (exchange.closesConnection()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** The whole answer, which is of text that was compressed if {@code isGzip}. */
    void answer(int status, String contentType, Map<String, String> headers, ByteBuffer body, boolean isGzip) {
        if (isGzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        }
        head(status, contentType, headers);
        if (isHead) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.remaining()));
            response.end();
            return;
        }
        exchange.answering().sends(body.remaining());
        ByteBuf own = exchange.answering().claim(body);
        if (own != null) {
            response.end(BufferInternal.buffer(own));
            return;
        }
        List<ByteBuf> lent = exchange.answering().retainFor(body);
        Future<Void> sent = response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(body)));
        if (!lent.isEmpty()) {
            sent.onComplete(done -> lent.forEach(ByteBuf::release));
        }
    }
}

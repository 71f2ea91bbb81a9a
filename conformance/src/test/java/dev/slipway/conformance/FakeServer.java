package dev.slipway.conformance;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server on a free port that answers as a test says, over HTTP/1.1 and over gRPC; all else is 404. */
final class FakeServer implements AutoCloseable {
    private static final byte[] NO_BYTES = new byte[0];

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Consumer<HttpServerRequest>> answers = new ConcurrentHashMap<>();
    private final HttpServer server;

    FakeServer() throws Exception {
        server = vertx.createHttpServer().requestHandler(this::handle);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void handle(HttpServerRequest request) {
        Consumer<HttpServerRequest> answer = answers.get(request.path());
        if (answer != null) {
            answer.accept(request);
        } else if ("application/grpc".equals(request.getHeader("content-type"))) {
            endGrpc(request.response(), 12, NO_BYTES);
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    FakeServer on(String path, Consumer<HttpServerRequest> answer) {
        answers.put(path, answer);
        return this;
    }

    FakeServer json(String path, String json) {
        return on(
                path,
                request -> request.response()
                        .putHeader("Content-Type", "application/json")
                        .end(json));
    }

    FakeServer hang(String path) {
        return on(path, request -> {});
    }

    FakeServer grpc(String method, int code, byte[] message) {
        return on("/" + method, request -> endGrpc(request.response(), code, message));
    }

    private static void endGrpc(HttpServerResponse response, int code, byte[] message) {
        response.putHeader("content-type", "application/grpc");
        response.putTrailer("grpc-status", Integer.toString(code)).putTrailer("grpc-message", "as%20told");
        Buffer frame = Buffer.buffer();
        if (message.length > 0) {
            frame.appendByte((byte) 0).appendInt(message.length).appendBytes(message);
        }
        response.end(frame);
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}

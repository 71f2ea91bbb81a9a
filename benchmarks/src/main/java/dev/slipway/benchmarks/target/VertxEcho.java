package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * The ceiling of the transport: a bare Vert.x server that reads each request to its end and answers the right bytes
 * without looking at it. Speaks HTTP/1.1 and HTTP/2 on one port, as the server does.
 */
public final class VertxEcho implements AutoCloseable {
    private static final int WINDOW_BYTES = 1 << 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Map<String, Buffer> answers = new HashMap<>();
    private final Buffer binaryAnswer;
    private final String binaryHeaderLength;
    private final HttpServer server;

    /**
     * Listens once it returns.
     *
     * @param port 0 for a free one
     */
    public VertxEcho(Workload workload, int port) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol != Protocol.OIP_BINARY) {
                answers.put(protocol.path(workload), protocol.answer(workload));
            }
        }
        binaryAnswer = Protocol.OIP_BINARY.answer(workload);
        binaryHeaderLength =
                Integer.toString(binaryAnswer.length() - workload.output().bytes());
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(true)
                        .setTcpNoDelay(true)
                        // A ceiling waits for no window update, and takes frames of any size.
                        .setInitialSettings(new Http2Settings()
                                .setInitialWindowSize(WINDOW_BYTES)
                                .setMaxFrameSize(WINDOW_BYTES))
                        .setHttp2ConnectionWindowSize(WINDOW_BYTES * 16))
                .requestHandler(this::handle)
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        // Read to its end, and dropped: a ceiling copies nothing.
        request.handler(chunk -> {}).endHandler(end -> answer(request));
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        MultiMap headers = response.headers();
        Buffer answer = answers.get(request.path());
        if (answer == null) {
            response.setStatusCode(404).end();
        } else if (request.getHeader("inference-header-content-length") != null) {
            headers.add("content-type", "application/octet-stream");
            headers.add("inference-header-content-length", binaryHeaderLength);
            response.end(binaryAnswer);
        } else if ("application/grpc".equals(request.getHeader("content-type"))) {
            headers.add("content-type", "application/grpc");
            response.putTrailer("grpc-status", "0");
            response.end(answer);
        } else {
            headers.add("content-type", "application/json");
            response.end(answer);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

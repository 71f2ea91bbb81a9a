package dev.slipway.conformance;

import com.google.protobuf.ByteString;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends bytes, and waits for bytes no longer than the limit; takes no answer beyond 64 MiB. */
final class Wire implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Duration limit;
    private final Caller caller;
    private final HttpClient http1;
    private final HttpClient http2;

    Wire(Duration limit, Caller caller) {
        this.limit = limit;
        this.caller = caller;
        HttpClientOptions common = caller.applyTo(new HttpClientOptions().setConnectTimeout((int) limit.toMillis()));
        // A connection each: what one case breaks must not break the next.
        this.http1 = vertx.createHttpClient(new HttpClientOptions(common).setKeepAlive(false));
        this.http2 = vertx.createHttpClient(new HttpClientOptions(common)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setHttp2ClearTextUpgrade(false));
    }

    /** A request in bytes. */
    record Question(
            URI server, String method, String path, Map<String, String> headers, ByteString body, boolean http2) {}

    /** @throws SlipwayException {@code DEADLINE_EXCEEDED} or {@code UNAVAILABLE} when there is no whole answer */
    Answer ask(Question question) {
        Future<HttpClientRequest> opened = (question.http2() ? http2 : http1).request(options(question));
        Future<Answer> answer = opened.compose(request -> exchange(request, question));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            opened.onSuccess(request -> request.reset());
            throw new SlipwayException(
                    ErrorCode.DEADLINE_EXCEEDED, "no whole answer within %d ms".formatted(limit.toMillis()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted", e);
        } catch (ExecutionException e) {
            throw broken(question, e.getCause() == null ? e : e.getCause());
        }
    }

    private static SlipwayException broken(Question question, Throwable cause) {
        boolean nobody = cause instanceof ConnectException || cause instanceof UnknownHostException;
        String message = nobody
                ? "no server at " + question.server()
                : "the connection to %s broke: %s".formatted(question.server(), cause.getMessage());
        return new SlipwayException(ErrorCode.UNAVAILABLE, message, cause);
    }

    private RequestOptions options(Question question) {
        URI server = question.server();
        boolean tls = server.getScheme().equals("https");
        int port = server.getPort() >= 0 ? server.getPort() : tls ? 443 : 80;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(question.method()))
                .setHost(server.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(question.path());
        caller.headers(question.headers()).forEach(options::addHeader);
        return options;
    }

    private static Future<Answer> exchange(HttpClientRequest request, Question question) {
        return request.send(Buffer.buffer(question.body().toByteArray())).compose(Wire::read);
    }

    private static Future<Answer> read(HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(part -> {
            if (body.length() + part.length() > ANSWER_BYTES_MAX) {
                whole.tryFail("answer of over %d bytes".formatted(ANSWER_BYTES_MAX));
                response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        response.endHandler(end -> whole.tryComplete(new Answer(
                response.statusCode(),
                joined(response.headers(), response.trailers()),
                ByteString.copyFrom(body.getBytes()),
                Vectors.JSON.createArrayNode())));
        return whole.future();
    }

    private static Map<String, String> joined(MultiMap headers, MultiMap trailers) {
        Map<String, String> joined = new TreeMap<>();
        for (MultiMap fields : new MultiMap[] {headers, trailers}) {
            fields.forEach((name, value) ->
                    joined.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + ", " + other));
        }
        return joined;
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The process ends after this anyway, and the answers are there.
            return;
        }
    }
}

package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StreamTest {
    private static final String GET = "GET /events HTTP/1.1\r\nhost: a\r\n\r\n";

    private final BlockingQueue<RestStream> streams = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private TestServer server = serving(TestServer.TIMEOUTS);

    private TestServer serving(TransportTimeouts timeouts) {
        TestServer started = new TestServer(TestServer.LIMITS, timeouts);
        started.rest = (request, reply) -> {
            RestStream stream = reply.stream(200, "text/event-stream", Map.of("Cache-Control", "no-store"));
            stream.onClose(closed::countDown);
            streams.add(stream);
        };
        return started;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RestStream stream() throws InterruptedException {
        RestStream stream = streams.poll(10, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    private void awaitClosed() throws InterruptedException {
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private <T> CompletableFuture<HttpResponse<T>> ask(HttpClient.Version version, HttpResponse.BodyHandler<T> body) {
        return HttpClient.newBuilder()
                .version(version)
                .build()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(server.url("/events")))
                                .GET()
                                .build(),
                        body);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void sendsEachPieceAsItComes(HttpClient.Version version) throws Exception {
        HttpResponse<InputStream> response =
                ask(version, HttpResponse.BodyHandlers.ofInputStream()).get(10, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        RestStream stream = stream();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String piece : List.of("one", "two", "three")) {
                stream.send(TestServer.bytes(piece + "\n"));
                assertThat(lines.readLine()).isEqualTo(piece);
            }
            stream.end();
            assertThat(lines.readLine()).isNull();
        }
        assertThat(closed.getCount()).isOne();
    }

    @Test
    void keepsTheConnectionAfterItsEnd() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            for (int at = 0; at < 3; at++) {
                client.send(GET);
                RestStream stream = stream();
                stream.send(TestServer.bytes("piece"));
                stream.end();
                assertThat(client.readTo("0\r\n\r\n"))
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .endsWith("5\r\npiece\r\n0\r\n\r\n");
            }
        }
    }

    @Test
    void keepsPiecesOfAThreadInOrder() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send(GET);
            RestStream stream = stream();
            StringBuilder expected = new StringBuilder();
            for (int at = 0; at < 1000; at++) {
                String piece = "%04d".formatted(at);
                expected.append("4\r\n").append(piece).append("\r\n");
                stream.send(TestServer.bytes(piece));
            }
            stream.end();
            assertThat(client.readTo("\r\n0\r\n\r\n")).contains(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void tellsWhenTheClientHangsUp(HttpClient.Version version) throws Exception {
        HttpResponse<InputStream> response =
                ask(version, HttpResponse.BodyHandlers.ofInputStream()).get(10, TimeUnit.SECONDS);
        RestStream stream = stream();
        response.body().close();
        awaitClosed();
        stream.send(TestServer.bytes("into the void"));
        stream.end();
        CompletableFuture<Void> late = new CompletableFuture<>();
        stream.onClose(() -> late.complete(null));
        late.get(10, TimeUnit.SECONDS);
    }

    @Test
    void cutsAClientThatReadsNothing() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send(GET);
            sendUntilClosed(stream());
            // Not whole: no last chunk.
            assertThat(client.readAll()).doesNotEndWith("0\r\n\r\n");
        }
        TestServer.await(() -> server.transport.connectionCount() == 0);
    }

    @Test
    void resetsAStreamThatIsNotReadAndLeavesTheOthers() throws Exception {
        CompletableFuture<HttpResponse<Void>> slow = ask(
                HttpClient.Version.HTTP_2,
                head -> HttpResponse.BodySubscribers.fromSubscriber(new Flow.Subscriber<List<ByteBuffer>>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {}

                    @Override
                    public void onNext(List<ByteBuffer> item) {}

                    @Override
                    public void onError(Throwable error) {}

                    @Override
                    public void onComplete() {}
                }));
        sendUntilClosed(stream());
        slow.cancel(true);
        try (RawClient client = new RawClient(server.port())) {
            client.send(GET);
            stream().end();
            assertThat(client.readTo("0\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    /** Megabytes, at least: the network itself buffers some. */
    private void sendUntilClosed(RestStream stream) {
        while (closed.getCount() > 0) {
            stream.send(ByteBuffer.wrap(new byte[16 << 10]));
        }
        assertThat(stream.isWritable()).isFalse();
    }

    @Test
    void outlivesTheTimeOfARequest() throws Exception {
        server.close();
        server = serving(new TransportTimeouts(
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                Duration.ofMillis(20),
                Duration.ofHours(1)));
        RestHandler streaming = server.rest;
        server.rest = (request, reply) -> {
            if (request.path().equals("/events")) {
                streaming.handle(request, reply);
            }
        };
        try (RawClient client = new RawClient(server.port());
                RawClient other = new RawClient(server.port())) {
            client.send(GET);
            RestStream stream = stream();
            other.send("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(other.readTo("\r\n")).contains(" 504 ");
            stream.send(TestServer.bytes("still"));
            stream.end();
            assertThat(client.readTo("0\r\n\r\n")).endsWith("5\r\nstill\r\n0\r\n\r\n");
        }
    }

    @Test
    void givesARequestMoreTimeThatTakesLong() throws Exception {
        server.close();
        server = serving(new TransportTimeouts(
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                Duration.ofMillis(20),
                Duration.ofHours(1)));
        CompletableFuture<RestReply> patient = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            if (request.path().equals("/patient")) {
                request.extendDeadline();
                patient.complete(reply);
            }
        };
        try (RawClient client = new RawClient(server.port());
                RawClient other = new RawClient(server.port())) {
            client.send("GET /patient HTTP/1.1\r\nhost: a\r\n\r\n");
            RestReply reply = patient.get(10, TimeUnit.SECONDS);
            other.send("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(other.readTo("\r\n")).contains(" 504 ");
            reply.send(200, "", Map.of(), TestServer.bytes("done"));
            assertThat(client.readTo("done")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void endsWhenTheServerStops() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                ask(HttpClient.Version.HTTP_1_1, HttpResponse.BodyHandlers.ofString());
        stream().send(TestServer.bytes("last words"));

        assertThat(server.transport.stop(Duration.ofSeconds(30))).isTrue();

        assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("last words");
        awaitClosed();
    }

    /** Without the JDK's client, which gives all its streams up at a GOAWAY. */
    @Test
    void endsOverHttp2WhenTheServerStops() throws Exception {
        byte[] head = RawClient.headers(":method", "GET", ":scheme", "http", ":path", "/events", ":authority", "a");
        try (RawClient client = new RawClient(server.port())) {
            client.send(RawClient.HTTP2_HELLO).send(RawClient.frame(1, 5, 1, head));
            stream().send(TestServer.bytes("last words"));

            assertThat(server.transport.stop(Duration.ofSeconds(30))).isTrue();

            String frames = client.readAll();
            // The end of the stream: an empty DATA frame of stream 1 with END_STREAM.
            assertThat(frames.substring(frames.indexOf("last words"))).contains("\0\0\0\0\1\0\0\0\1");
        }
        awaitClosed();
    }

    @Test
    void isTheOnlyAnswer() throws Exception {
        CompletableFuture<RestReply> replies = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            streams.add(reply.stream(200, "", Map.of()));
            replies.complete(reply);
        };
        try (RawClient client = new RawClient(server.port())) {
            client.send(GET);
            RestReply reply = replies.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> reply.send(200, "", Map.of(), TestServer.bytes("")))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> reply.stream(200, "", Map.of())).isInstanceOf(IllegalStateException.class);
            stream().end();
            client.readTo("0\r\n\r\n");
        }
    }
}

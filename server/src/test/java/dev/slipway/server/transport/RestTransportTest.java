package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.DeflaterInputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RestTransportTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void handsTheRequestOverAsItWasSent(HttpClient.Version version) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            seen.complete("%s %s ? %s, x-one: %s, body: %s"
                    .formatted(
                            request.method(),
                            request.path(),
                            request.query(),
                            request.header("X-One"),
                            new String(TestServer.array(request.body()), java.nio.charset.StandardCharsets.UTF_8)));
            reply.send(201, "text/plain", Map.of("X-Two", "2"), TestServer.bytes("done"));
        };

        HttpResponse<String> answer = client(version)
                .send(
                        HttpRequest.newBuilder(URI.create(server.url("/v1/models/a%20b:predict?q=%31&r")))
                                .header("x-one", "1")
                                .POST(BodyPublishers.ofString("hello"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(seen.get(10, TimeUnit.SECONDS))
                .isEqualTo("POST /v1/models/a%20b:predict ? q=%31&r, x-one: 1, body: hello");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("done");
        assertThat(answer.headers().firstValue("x-two")).hasValue("2");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain");
        assertThat(answer.version()).isEqualTo(version);
        assertThat(server.transport.heldBytes()).isZero();
    }

    @ParameterizedTest(name = "{1} bytes over {0}")
    @CsvSource({
        "HTTP_1_1, 0",
        "HTTP_1_1, 1",
        "HTTP_1_1, 70000",
        "HTTP_1_1, 1048576",
        "HTTP_2, 0",
        "HTTP_2, 1",
        "HTTP_2, 70000",
        "HTTP_2, 1048576"
    })
    void echoesBodiesOfKnownAndOfUnknownLength(HttpClient.Version version, int bytes) throws Exception {
        byte[] body = random(bytes);
        HttpClient client = client(version);

        assertThat(post(client, BodyPublishers.ofByteArray(body)).body()).isEqualTo(body);
        assertThat(post(client, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                        .body())
                .isEqualTo(body);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void joinsABodyOfManySegments() throws Exception {
        byte[] body = random(20_000_001);
        try (TestServer large =
                new TestServer(new TransportLimits(20_000_001, 64 << 20, 10, 10), TestServer.TIMEOUTS)) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<byte[]> answer = client(version)
                        .send(
                                HttpRequest.newBuilder(URI.create(large.url("/")))
                                        .POST(BodyPublishers.ofByteArray(body))
                                        .build(),
                                BodyHandlers.ofByteArray());
                assertThat(answer.body()).isEqualTo(body);
            }
            TestServer.await(() -> large.transport.heldBytes() == 0);
        }
    }

    /** The JDK's client lost the answer where a reset that named an error overtook the end of its request. */
    @Test
    void refusesHeadersOfHttp2ThatAreTooLong() throws Exception {
        HttpClient client = client(HttpClient.Version.HTTP_2);
        assertThat(post(client, BodyPublishers.noBody()).version()).isEqualTo(HttpClient.Version.HTTP_2);
        HttpRequest large = HttpRequest.newBuilder(URI.create(server.url("/")))
                .header("x", "x".repeat(17_000))
                .build();

        for (int at = 0; at < 500; at++) {
            assertThat(client.send(large, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(431);
        }

        assertThat(post(client, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
    }

    /** RFC 9110, 7.8: who waits for 100 must not get 101 before it. The JDK's client gives up at that, curl waits on. */
    @Test
    void continuesWithWhoOffersAnUpgradeAndWaits() throws Exception {
        HttpResponse<byte[]> answer = client(HttpClient.Version.HTTP_2)
                .send(
                        HttpRequest.newBuilder(URI.create(server.url("/")))
                                .expectContinue(true)
                                .POST(BodyPublishers.ofString("b"))
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(answer.body()).isEqualTo(new byte[] {'b'});
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @ParameterizedTest
    @EnumSource
    void answersHeadAsGetWithoutTheBody(HttpClient.Version version) throws Exception {
        byte[] whole = random(70_000);
        server.rest =
                (request, reply) -> reply.send(200, "a/b", Map.of("x-asked", request.method()), ByteBuffer.wrap(whole));
        HttpClient client = client(version);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url("/")));

        HttpResponse<byte[]> head =
                client.send(request.method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
        HttpResponse<byte[]> got = client.send(request.GET().build(), BodyHandlers.ofByteArray());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue("70000");
        assertThat(head.headers().firstValue("x-asked")).hasValue("GET");
        assertThat(head.body()).isEmpty();
        assertThat(got.body()).isEqualTo(whole);
        assertThat(got.version()).isEqualTo(version);
    }

    /** Of such answers the JDK's client lost one in fifteen while they could come before its own settings. */
    @Test
    void sendsNothingOfAnAnswerWhileTheClientStillUpgrades() throws Exception {
        byte[] answer = random(100_000);
        server.rest = (request, reply) -> reply.send(200, "a/b", Map.of(), ByteBuffer.wrap(answer));
        for (int at = 0; at < 150; at++) {
            HttpResponse<byte[]> received =
                    post(client(HttpClient.Version.HTTP_2), BodyPublishers.ofByteArray(new byte[500]));

            assertThat(received.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(received.body()).isEqualTo(answer);
        }
    }

    @Test
    void takesAnAnswerFromAnyThread() throws Exception {
        server.rest = (request, reply) -> server.threads.execute(() -> TestServer.echo(request, reply));

        assertThat(post(client(HttpClient.Version.HTTP_1_1), BodyPublishers.ofString("a"))
                        .body())
                .isEqualTo(new byte[] {'a'});
        assertThat(post(client(HttpClient.Version.HTTP_2), BodyPublishers.ofString("b"))
                        .body())
                .isEqualTo(new byte[] {'b'});
    }

    @Test
    void servesManyAtOnceOnEveryPort() {
        server.rest = (request, reply) -> server.threads.execute(() -> TestServer.echo(request, reply));
        HttpClient client = client(HttpClient.Version.HTTP_2);
        CompletableFuture<?>[] answers = IntStream.range(0, 400)
                .mapToObj(at -> client.sendAsync(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.ports.get(at % 2) + "/"))
                                        .version(at % 3 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
                                        .POST(BodyPublishers.ofString("body " + at))
                                        .build(),
                                BodyHandlers.ofString())
                        .thenAccept(answer -> assertThat(answer.body()).isEqualTo("body " + at)))
                .toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(answers).orTimeout(20, TimeUnit.SECONDS).join();

        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"NOT_FOUND, 404", "INVALID_ARGUMENT, 400", "UNAVAILABLE, 503", "RESOURCE_EXHAUSTED, 429"})
    void answersWhatAHandlerThrows(ErrorCode code, int status) throws Exception {
        server.rest = (request, reply) -> {
            throw new SlipwayException(code, "model \"x\"\nis none");
        };

        HttpResponse<byte[]> answer = post(client(HttpClient.Version.HTTP_1_1), BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"error\": \"model \\\"x\\\"\\u000ais none\"}");
    }

    @Test
    void answersAnUncaughtExceptionAs500() throws Exception {
        server.rest = (request, reply) -> {
            throw new AssertionError("oops");
        };

        HttpResponse<byte[]> answer = post(client(HttpClient.Version.HTTP_2), BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"error\": \"internal error: java.lang.AssertionError: oops\"}");
        assertThat(server.transport.heldBytes()).isZero();
    }

    @Test
    void answersByItselfOnceTheDeadlineHasPassed() throws Exception {
        CompletableFuture<RestRequest> seen = new CompletableFuture<>();
        CompletableFuture<RestReply> late = new CompletableFuture<>();
        TransportTimeouts hasty = new TransportTimeouts(
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ofMillis(50),
                Duration.ofMinutes(1));
        try (TestServer impatient = new TestServer(TestServer.LIMITS, hasty)) {
            impatient.rest = (request, reply) -> {
                seen.complete(request);
                late.complete(reply);
            };

            HttpResponse<String> answer = client(HttpClient.Version.HTTP_1_1)
                    .send(
                            HttpRequest.newBuilder(URI.create(impatient.url("/")))
                                    .POST(BodyPublishers.ofString("body"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).isEqualTo("{\"error\": \"no answer within 50 ms\"}");
            assertThat(seen.get().isCancelled()).isTrue();
            assertThat(impatient.transport.heldBytes()).isEqualTo(4);
            late.get().send(200, "", Map.of(), TestServer.bytes("late"));
            TestServer.await(() -> impatient.transport.heldBytes() == 0);
        }
    }

    @Test
    void tellsTheHandlerThatTheClientHungUp() throws Exception {
        CompletableFuture<RestRequest> seen = new CompletableFuture<>();
        CompletableFuture<RestReply> reply = new CompletableFuture<>();
        server.rest = (request, to) -> {
            seen.complete(request);
            reply.complete(to);
        };
        try (RawClient client = new RawClient(server.port())) {
            client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody");
            assertThat(seen.get(10, TimeUnit.SECONDS).isCancelled()).isFalse();
        }

        TestServer.await(() -> seen.join().isCancelled());
        assertThat(server.transport.heldBytes())
                .as("held while the handler reads it")
                .isEqualTo(4);
        reply.get().send(200, "", Map.of(), TestServer.bytes("nobody listens"));
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void takesOneAnswerOnly() throws Exception {
        CompletableFuture<RestReply> seen = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            TestServer.echo(request, reply);
            seen.complete(reply);
        };
        post(client(HttpClient.Version.HTTP_1_1), BodyPublishers.ofString("a"));

        assertThatThrownBy(() -> seen.get().send(200, "", Map.of(), ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("/ was answered already");
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        server.rest = (request, reply) -> server.threads.execute(() -> TestServer.echo(request, reply));
        StringBuilder requests = new StringBuilder();
        for (int at = 0; at < 50; at++) {
            requests.append("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n")
                    .append("%03d".formatted(at));
        }
        requests.append("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        try (RawClient client = new RawClient(server.port())) {
            String answers = client.send(requests.toString()).readAll();

            String bodies = answers.replaceAll("(?s)HTTP/1.1 200 OK\r\n.*?\r\n\r\n", "");
            assertThat(bodies)
                    .isEqualTo(String.join(
                            "",
                            IntStream.range(0, 50).mapToObj("%03d"::formatted).toList()));
        }
    }

    @Test
    void asksForTheBodyOfAClientThatWaitsToBeAsked() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
            assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
            assertThat(client.send("body").readTo("body")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @ParameterizedTest(name = "{0} bytes of {1} for a client that accepts {2}: compressed {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "5000 | application/json | gzip, deflate | true",
                "500000 | application/json | br, gzip;q=0.5 | true",
                "5000 | application/json | gzip;q=0 | false",
                "5000 | application/json | br | false",
                "5000 | application/octet-stream | gzip | false",
                "1000 | application/json | gzip | false"
            })
    void compressesLongText(int bytes, String type, String accepted, boolean compressed) throws Exception {
        String text = "0.125, ".repeat(bytes / 7 + 1).substring(0, bytes);
        server.rest = (request, reply) -> reply.send(200, type, Map.of(), TestServer.bytes(text));
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<byte[]> answer = client(version)
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url("/")))
                                    .header("accept-encoding", accepted)
                                    .build(),
                            BodyHandlers.ofByteArray());

            assertThat(answer.headers().firstValue("content-encoding").isPresent())
                    .isEqualTo(compressed);
            byte[] plain = compressed ? inflated(answer.body()) : answer.body();
            assertThat(new String(plain, java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip, 10", "x-gzip, 100000", "gzip, 1000000", "deflate, 10", "Deflate, 1000000"})
    void inflatesARequest(String coding, int bytes) throws Exception {
        byte[] body = new byte[bytes];
        new Random(1).ints(bytes / 2, 0, 5).forEach(at -> body[at * (bytes / 5)] = 7);
        HttpResponse<byte[]> answer = client(HttpClient.Version.HTTP_2)
                .send(
                        HttpRequest.newBuilder(URI.create(server.url("/")))
                                .header("content-encoding", coding)
                                .POST(BodyPublishers.ofByteArray(coding.contains("gzip") ? gzip(body) : zlib(body)))
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(answer.body()).isEqualTo(body);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    private static byte[] gzip(byte[] plain) {
        return TestServer.array(Gzip.deflate(ByteBuffer.wrap(plain)));
    }

    private static byte[] zlib(byte[] plain) throws IOException {
        return new DeflaterInputStream(new ByteArrayInputStream(plain)).readAllBytes();
    }

    private HttpResponse<byte[]> post(HttpClient client, BodyPublisher body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url("/"))).POST(body).build(), BodyHandlers.ofByteArray());
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private static byte[] inflated(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int bytes) {
        byte[] body = new byte[bytes];
        new Random(bytes).nextBytes(body);
        return body;
    }
}

package dev.slipway.monitoring.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events come over HTTP as CloudEvents has them. */
class HttpSinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final Counts counts = new Counts();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @TempDir
    Path folder;

    private record Received(Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse("");
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/events", this::take);
        server.setExecutor(threads);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(new Received(Map.copyOf(exchange.getRequestHeaders()), body));
        Integer status = answers.poll();
        exchange.sendResponseHeaders(status == null ? 202 : status, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpSink sink(HttpSink.Mode mode, @Nullable Path token) {
        URI url = URI.create(
                "http://127.0.0.1:%d/events".formatted(server.getAddress().getPort()));
        return new HttpSink(new HttpSink.Target(url, mode, PATIENCE, token));
    }

    private static CloudEvent event(String id) {
        return new CloudEvent(
                id,
                "slipway://here",
                PayloadEvents.RESPONSE,
                "fraud",
                Instant.parse("2026-11-22T08:15:00.123Z"),
                Map.of("requestid", "a \"b\" ä 100%"),
                "{\"outputs\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    private Batch batch(String... ids) {
        return new Batch(List.of(ids).stream().map(HttpSinkTest::event).toList(), counts);
    }

    @Test
    void hasAttributesInHeadersInBinaryMode() throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, "t0ken\n");
        sink(HttpSink.Mode.BINARY, token).write(batch("p1"));
        Received one = received.remove();
        assertThat(one.header("ce-specversion")).isEqualTo("1.0");
        assertThat(one.header("ce-id")).isEqualTo("p1");
        assertThat(one.header("ce-type")).isEqualTo("org.kubeflow.serving.inference.response");
        assertThat(one.header("ce-source")).isEqualTo("slipway://here");
        assertThat(one.header("ce-time")).isEqualTo("2026-11-22T08:15:00.123Z");
        assertThat(one.header("ce-requestid")).isEqualTo("a%20%22b%22%20%C3%A4%20100%25");
        assertThat(one.header("Content-Type")).isEqualTo("application/json");
        assertThat(one.header("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(one.body()).isEqualTo("{\"outputs\":[]}");
        assertThat(counts.written()).isEqualTo(1);
    }

    @Test
    void hasAllInTheBodyInStructuredMode() throws IOException {
        sink(HttpSink.Mode.STRUCTURED, null).write(batch("p1"));
        Received one = received.remove();
        assertThat(one.header("Content-Type")).startsWith("application/cloudevents+json");
        assertThat(one.body())
                .startsWith("{\"specversion\":\"1.0\",\"id\":\"p1\"")
                .endsWith("\"data\":{\"outputs\":[]}}");
    }

    @Test
    void hasManyInABatch() throws IOException {
        sink(HttpSink.Mode.BATCH, null).write(batch("p1", "p2", "p3"));
        Received one = received.remove();
        assertThat(received).isEmpty();
        assertThat(one.header("Content-Type")).startsWith("application/cloudevents-batch+json");
        assertThat(one.body()).startsWith("[{").contains("\"id\":\"p1\"", "\"id\":\"p2\"", "\"id\":\"p3\"");
        assertThat(counts.written()).isEqualTo(3);
    }

    @Test
    void triesAgainJustWhatWasNotTaken() throws IOException {
        answers.addAll(List.of(200, 503));
        HttpSink sink = sink(HttpSink.Mode.BINARY, null);
        Batch batch = batch("p1", "p2");
        assertThatThrownBy(() -> sink.write(batch))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503");
        assertThat(batch.left()).hasSize(1);
        sink.write(batch);
        assertThat(received).hasSize(3);
        assertThat(counts.written()).isEqualTo(2);
        assertThat(counts.dropped()).isZero();
    }

    @Test
    void dropsWhatIsRefused() throws IOException {
        answers.add(400);
        Batch batch = batch("p1");
        sink(HttpSink.Mode.STRUCTURED, null).write(batch);
        assertThat(batch.left()).isEmpty();
        assertThat(counts.dropped(Reason.REFUSED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 408, 425, 429, 500, 503})
    void triesAgainWhatMayBeTakenLater(int status) throws IOException {
        answers.add(status);
        HttpSink sink = sink(HttpSink.Mode.STRUCTURED, null);
        Batch batch = batch("p1");
        assertThatThrownBy(() -> sink.write(batch))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/events answers " + status);
        sink.write(batch);
        assertThat(counts.written()).isEqualTo(1);
    }

    @Test
    void anEventThatIsNotWantedTakesNoOthersWithIt() throws IOException {
        // All three together, and then each by itself, at once.
        answers.addAll(List.of(413, 200, 400, 200));
        Batch batch = batch("p1", "p2", "p3");
        sink(HttpSink.Mode.BATCH, null).write(batch);
        assertThat(batch.left()).isEmpty();
        assertThat(received).hasSize(4);
        assertThat(counts.written()).isEqualTo(2);
        assertThat(counts.dropped(Reason.REFUSED)).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void failsWhereAnAnswerNeverEnds() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> answerHalf(mute));
            URI url = URI.create("http://127.0.0.1:%d/".formatted(mute.getLocalPort()));
            HttpSink sink =
                    new HttpSink(new HttpSink.Target(url, HttpSink.Mode.STRUCTURED, Duration.ofMillis(500), null));
            Batch batch = batch("p1");
            assertThatThrownBy(() -> sink.write(batch)).isInstanceOf(IOException.class);
            assertThat(batch.left()).hasSize(1);
        }
    }

    private static void answerHalf(ServerSocket mute) {
        try (Socket socket = mute.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // Until the other side has had enough.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It has.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"first-t0ken\nsecond-t0ken", "first-t0ken \u00e4", ""})
    void aTokenThatIsNoneIsInNoMessage(String text) throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, text);
        HttpSink sink = sink(HttpSink.Mode.BINARY, token);
        Batch batch = batch("p1");
        assertThatThrownBy(() -> sink.write(batch))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(token.toString())
                .hasMessageNotContaining("-t0ken");
        assertThat(received).isEmpty();
    }

    @Test
    void messagesHaveNothingSecretOfTheAddress() {
        answers.add(503);
        URI url = URI.create("http://me:passw0rd@127.0.0.1:%d/events?key=s3cret"
                .formatted(server.getAddress().getPort()));
        HttpSink sink = new HttpSink(new HttpSink.Target(url, HttpSink.Mode.BINARY, PATIENCE, null));
        Batch batch = batch("p1");
        assertThatThrownBy(() -> sink.write(batch))
                .isInstanceOf(IOException.class)
                .hasMessage("http://127.0.0.1:%d/events answers 503"
                        .formatted(server.getAddress().getPort()));
    }

    @Test
    void failsWhereNobodyListens() {
        server.stop(0);
        Batch batch = batch("p1");
        assertThatThrownBy(() -> sink(HttpSink.Mode.BINARY, null).write(batch)).isInstanceOf(IOException.class);
        assertThat(batch.left()).hasSize(1);
    }
}

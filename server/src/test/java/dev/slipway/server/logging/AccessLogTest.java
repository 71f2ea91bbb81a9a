package dev.slipway.server.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.protocol.proto.inference.ModelMetadataRequest;
import dev.slipway.protocol.proto.inference.ModelMetadataResponse;
import dev.slipway.protocol.proto.inference.ServerLiveRequest;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import dev.slipway.server.Await;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.config.LoggingConfig;
import dev.slipway.server.config.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A line for each request, whatever became of it, through the front door. */
class AccessLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROW = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";

    /** Has never room. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private SlipwayServer start(LoggingConfig.Access access) {
        ServerOptions options = new ServerOptions(
                        FileSystemSource.Options.of(SlipwayExtension.examples()),
                        Map.of(),
                        ServerOptions.Network.ANY_FREE_PORT,
                        ServerOptions.Resources.ofThisMachine())
                .withLogging(LoggingConfig.NONE.withAccess(access));
        SlipwayServer server = SlipwayServer.start(options);
        assertThat(server.awaitReady(PATIENCE)).isTrue();
        return server;
    }

    private HttpResponse<String> send(SlipwayServer server, String method, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.restPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Bearer secret-token")
                .header("X-API-Key", "secret-key")
                .header("Cookie", "session=secret-cookie")
                .header("User-Agent", "tester \"1.0\"")
                .header("X-Request-Id", "r-" + method.toLowerCase(Locale.ROOT))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String raw(SlipwayServer server, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.restPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void eachRequestHasALineAndNoSecretIsInIt() throws Exception {
        Path file = folder.resolve("access.log");
        SlipwayServer server =
                start(new LoggingConfig.Access(file.toString(), true, List.of("/v2/health/live"), null, null));
        assertThat(send(server, "POST", "/v1/models/iris:predict?api_key=secret-query", ROW)
                        .statusCode())
                .isEqualTo(200);
        int refused = send(server, "PUT", "/v1/models/absent%0A:predict", ROW).statusCode();
        assertThat(refused).isGreaterThanOrEqualTo(400);
        assertThat(send(server, "HEAD", "/v1/models/iris", "").statusCode()).isEqualTo(200);
        assertThat(send(server, "GET", "/v2/health/live", "").statusCode()).isEqualTo(200);
        String invalid = raw(server, "POST /v1/models/iris:predict HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n");
        String tooLong = raw(server, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        server.stop();

        assertThat(invalid).containsIgnoringCase("x-request-id: ");
        assertThat(tooLong).contains(" 414 ").containsIgnoringCase("x-request-id: ");
        String all = Files.readString(file);
        assertThat(all).doesNotContain("secret").doesNotContain("/v2/health/live");
        List<JsonNode> lines = all.lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines)
                .extracting(line -> line.get("http.response.status_code").asInt())
                .containsExactly(200, refused, 200, 400, 414);
        JsonNode first = lines.get(0);
        assertThat(first.get("http.request.id").asString()).isEqualTo("r-post");
        assertThat(first.get("url.path").asString()).isEqualTo("/v1/models/iris:predict");
        assertThat(first.get("http.request.method").asString()).isEqualTo("POST");
        assertThat(first.get("network.protocol").asString()).isEqualTo("HTTP/1.1");
        assertThat(first.get("slipway.model").asString()).isEqualTo("iris:1");
        assertThat(first.get("slipway.prediction_id").asString()).isNotEmpty();
        assertThat(first.get("user_agent.original").asString()).isEqualTo("tester \"1.0\"");
        assertThat(first.get("source.address").asString()).startsWith("127.0.0.1:");
        assertThat(first.get("http.request.body.bytes").asInt()).isEqualTo(ROW.length());
        assertThat(first.get("http.response.body.bytes").asInt()).isPositive();
        assertThat(first.get("event.duration").asLong()).isPositive();
        assertThat(lines.get(2).get("http.request.method").asString()).isEqualTo("HEAD");
        assertThat(lines.get(2).get("http.response.body.bytes").asInt()).isZero();
    }

    @Test
    void callsAreToldWithTheirStatusAndThoseThatNobodyWaitsForAsSuch() throws Exception {
        Path file = folder.resolve("access.log");
        SlipwayServer server = start(new LoggingConfig.Access(file.toString(), true, null, null, null));
        try (GrpcClient client = new GrpcClient(server.grpcPort());
                Socket gone = new Socket(InetAddress.getLoopbackAddress(), server.restPort())) {
            client.call(
                    "inference.GRPCInferenceService/ServerLive",
                    ServerLiveRequest.getDefaultInstance(),
                    ServerLiveResponse.getDefaultInstance());
            ModelMetadataRequest absent =
                    ModelMetadataRequest.newBuilder().setName("absent").build();
            assertThatThrownBy(() -> client.with("x-request-id", "call-7")
                            .call(
                                    "inference.GRPCInferenceService/ModelMetadata",
                                    absent,
                                    ModelMetadataResponse.getDefaultInstance()))
                    .hasMessageContaining("absent");
            gone.getOutputStream().write("""
                    POST /v1/models/iris:predict HTTP/1.1\r
                    Host: a\r
                    Content-Length: 9\r
                    \r
                    [1""".getBytes(StandardCharsets.US_ASCII));
        }
        Await.until(() -> read(file).contains(":499"), "a line of who is gone");
        server.stop();
        List<JsonNode> lines = Files.readAllLines(file).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
        assertThat(lines)
                .extracting(line -> line.path("grpc.status").asString("none"))
                .contains("OK", "NOT_FOUND");
        JsonNode refused = lines.stream()
                .filter(line -> line.get("http.request.id").asString().equals("call-7"))
                .findFirst()
                .orElseThrow();
        assertThat(refused.get("url.path").asString()).isEqualTo("/inference.GRPCInferenceService/ModelMetadata");
        assertThat(refused.get("network.protocol").asString()).isEqualTo("gRPC");
        assertThat(refused.get("grpc.status").asString()).isEqualTo("NOT_FOUND");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void textIsApachesCombinedFormat() throws Exception {
        Path file = folder.resolve("access.log");
        SlipwayServer server = start(new LoggingConfig.Access(file.toString(), null, null, null, null));
        send(server, "POST", "/v1/models/iris:predict?key=secret", ROW);
        server.stop();
        assertThat(Files.readAllLines(file))
                .singleElement()
                .asString()
                .matches("127\\.0\\.0\\.1 - anonymous \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]"
                        + " \"POST /v1/models/iris:predict HTTP/1.1\" 200 \\d+ \"-\" \"tester \\\\\"1.0\\\\\"\""
                        + " bytes_in=37 micros=\\d+ request_id=r-post prediction_id=\\S+ model=iris:1");
    }

    @Test
    void aFileThatCantBeWrittenIsToldAtTheStart() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        LoggingConfig said = LoggingConfig.NONE.withAccess(
                new LoggingConfig.Access(notAFolder.resolve("access.log").toString(), null, null, null, null));
        assertThatThrownBy(() -> AccessLog.of(said))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("access log '");
        assertThat(AccessLog.of(LoggingConfig.NONE)).isNull();
    }

    @Test
    void aFullQueueDropsAndCountsAndNeverWaits() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AccessForm waits = (to, request, millis) -> {
            begun.countDown();
            try {
                stuck.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (AccessLog log = new AccessLog(new RollingFile(folder.resolve("a"), 1000, 2), waits, Set.of(), 4)) {
            log.accept(SomeRequests.one());
            begun.await();
            for (int i = 0; i < 10; i++) {
                log.accept(SomeRequests.one());
            }
            assertThat(log.dropped()).isEqualTo(6);
            stuck.countDown();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatADiskThatIsFullDoesNotTakeIsCounted() {
        AccessForm text = new TextAccessForm();
        try (AccessLog log = new AccessLog(new RollingFile(FULL, 1 << 20, 2), text, Set.of(), 4)) {
            log.accept(SomeRequests.one());
            log.close();
            assertThat(log.dropped()).isEqualTo(1);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileGoesOnWithWholeLinesWhenThereIsRoomAgain() throws IOException {
        Path file = folder.resolve("access.log");
        Path disk = Files.writeString(folder.resolve("disk"), "");
        try (RollingFile rolling = new RollingFile(file, 1 << 20, 2)) {
            Files.createSymbolicLink(file, FULL);
            rolling.write("first\n".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(rolling::flush).isInstanceOf(IOException.class);
            // What came through before there was no room.
            Files.writeString(disk, "fir");
            Files.delete(file);
            Files.createSymbolicLink(file, disk);
            rolling.write("second\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(disk).hasContent("second\n");
    }

    @Test
    void aLineThatCantBeMadeTakesNoOthersWithIt() throws IOException {
        AtomicInteger made = new AtomicInteger();
        AccessForm fails = (to, request, millis) -> {
            if (made.incrementAndGet() == 2) {
                throw new OutOfMemoryError("a line");
            }
            to.append("line ").append(made).append('\n');
        };
        Path file = folder.resolve("access.log");
        AccessLog log = new AccessLog(new RollingFile(file, 1 << 20, 2), fails, Set.of(), 4);
        for (int i = 0; i < 3; i++) {
            log.accept(SomeRequests.one());
        }
        log.close();
        assertThat(file).hasContent("line 1\nline 3\n");
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void standardOutputGetsAllOfABatchOrWhatItTakesOfIt() throws IOException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        OutputStream half = new OutputStream() {
            private boolean isFull = true;

            @Override
            public void write(int b) {
                taken.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                taken.write(bytes, from, isFull ? length / 2 : length);
                if (isFull) {
                    isFull = false;
                    throw new IOException("full");
                }
            }
        };
        UnclosedStream stream = new UnclosedStream(half);
        stream.write("12".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(stream::flush).isInstanceOf(IOException.class);
        stream.write("34".getBytes(StandardCharsets.UTF_8));
        stream.flush();
        assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo("134");
    }

    @Test
    void filesRollBySizeAndTheOldestGoes() throws IOException {
        Path file = folder.resolve("access.log");
        try (RollingFile rolling = new RollingFile(file, 10, 3)) {
            for (String line : List.of("first 1\n", "second\n", "third 3\n", "fourth\n", "x\n")) {
                rolling.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(file).hasContent("fourth\nx\n");
        assertThat(folder.resolve("access.log.1")).hasContent("third 3\n");
        assertThat(folder.resolve("access.log.2")).hasContent("second\n");
        assertThat(folder.resolve("access.log.3")).doesNotExist();
    }
}

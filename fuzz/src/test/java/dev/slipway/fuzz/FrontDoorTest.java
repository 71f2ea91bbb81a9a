package dev.slipway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sends what was found for the decoders to a real server: what they refuse must not become a 500 behind them. */
class FrontDoorTest {
    private static final Path ROOT = Path.of(System.getProperty("slipway.root"));
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;

    private static final List<String> ROUTES = List.of(
            "/v1/models/iris:predict",
            "/v1/models/iris:classify",
            "/v1/models/iris:regress",
            "/v1/models/iris:explain",
            "/v2/models/iris/infer",
            "/v2/models/compass/infer",
            "/v2/models/iris/generate",
            "/v2/repository/index",
            "/predictions/iris",
            "/invocations/iris",
            "/slipway/v1/config/diff");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private static SlipwayServer server;

    @BeforeAll
    static void serve() {
        FileSystemSource.Options source = new FileSystemSource.Options(
                ROOT.resolve("examples/models"),
                VersionSelection.NEWEST,
                List.of(),
                Duration.ofDays(1),
                Duration.ofMillis(50));
        server = SlipwayServer.start(new ServerOptions(
                source, Map.of(), ServerOptions.Network.ANY_FREE_PORT, ServerOptions.Resources.ofThisMachine()));
        assertThat(server.awaitReady(PATIENCE)).isTrue();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void nothingBecomesAServersFault() throws Exception {
        List<byte[]> bodies = bodies();
        for (byte[] body : bodies) {
            for (String route : ROUTES) {
                send(route, body, Map.of());
            }
            // Fewer and more than there is, and what the first byte says.
            for (String length :
                    List.of("0", String.valueOf(body.length / 2), String.valueOf(body.length + 1L), "-1", "x")) {
                send("/v2/models/iris/infer", body, Map.of(HEADER_LENGTH, length));
            }
        }
        HttpResponse<String> answer = HTTP.send(
                request(
                                "/v1/models/iris:predict",
                                "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}".getBytes(StandardCharsets.UTF_8))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).contains("setosa");
        assertThat(server.heldBytes()).isZero();
    }

    private static void send(String route, byte[] body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = request(route, body);
        headers.forEach(request::header);
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        assertThat(status < 500 || status == NOT_IMPLEMENTED || status == UNAVAILABLE)
                .as("%s %s answers %d %s to %s", route, headers, status, answer.body(), shown(body))
                .isTrue();
    }

    private static HttpRequest.Builder request(String route, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.restPort() + route))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static String shown(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** Seeds and what was found, less the byte that picks a signature. */
    private static List<byte[]> bodies() throws IOException {
        List<byte[]> bodies = new ArrayList<>();
        for (String name : List.of("tfs-rest-predict", "oip-rest-infer", "oip-rest-binary")) {
            for (String kind : List.of("seeds", "corpus")) {
                Path folder = ROOT.resolve("fuzz").resolve(kind).resolve(name);
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.list(folder)) {
                        for (Path file : files.sorted().limit(200).toList()) {
                            byte[] bytes = Files.readAllBytes(file);
                            bodies.add(bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length));
                        }
                    }
                }
            }
        }
        assertThat(bodies).isNotEmpty();
        return bodies;
    }
}

package dev.slipway.server.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.server.Await;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ConfigDocument;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server takes down what it was asked and what it answered, where its file says. */
@Timeout(120)
class PredictionLogTest {
    private static final String SECRET = "123-45-6789";
    private static final String SINKS = """
            prediction_log:
              source: slipway://test
              namespace: staging
              sinks:
                lines: {type: jsonl, folder: log}
                table: {type: parquet, folder: log}
                web: {type: http, url: '%s'}
            """;
    private static final String MODELS = """
            repository: models
            settle_time: 1ms
            models:
              times: {prediction_log: {sink: %s}}
              echo: {prediction_log: {sink: %s, redact: [text, ECHO]}}
            """;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @BeforeEach
    void writeModels() throws IOException {
        TestModels.write(folder.resolve("models/times/1"), TestModels.times(2, 3));
        TestModels.write(folder.resolve("models/echo/1"), TestModels.echo());
    }

    private SlipwayServer start(String text) {
        ConfigDocument document = ConfigYaml.parse("slipway.yaml", text, folder);
        SlipwayServer server = SlipwayServer.start(new ServerOptions(
                        document.serving(),
                        ServerOptions.Network.ANY_FREE_PORT,
                        ServerOptions.Resources.ofThisMachine())
                .withOrigin(new ServerOptions.Origin(null, document.start(), null)));
        assertThat(server.awaitReady(Duration.ofSeconds(60))).isTrue();
        return server;
    }

    private HttpResponse<String> post(SlipwayServer server, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(server.restPort(), path));
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("x-request-id", "mine")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String id(HttpResponse<String> answer) {
        return answer.headers().firstValue("slipway-prediction-id").orElseThrow();
    }

    private String metrics(SlipwayServer server) {
        URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(server.restPort()));
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
    }

    private void awaitMetric(SlipwayServer server, String line) {
        Await.until(() -> metrics(server).contains(line), line);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            // Less what stays locked.
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** All that is compressed in a file, one after the other. */
    private static String unpacked(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i + 2 < bytes.length; i++) {
            if (bytes[i] == 0x1F && bytes[i + 1] == (byte) 0x8B && bytes[i + 2] == 8) {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes, i, bytes.length - i))) {
                    all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return all.toString();
    }

    @Test
    void everyRequestAndAnswerIsInALineWithTheIdThatItsClientGot() throws Exception {
        SlipwayServer server = start(SINKS.formatted("http://127.0.0.1:1/") + MODELS.formatted("lines", "lines"));
        List<String> ids = new ArrayList<>();
        try {
            HttpResponse<String> answer = post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            ids.add(id(answer));
            ids.add(id(post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1, 1]}")));
            awaitMetric(server, "slipway_prediction_log_written_total{sink=\"lines\"} 3.0");
            assertThat(metrics(server))
                    .contains(
                            "slipway_prediction_log_dropped_total{reason=\"full\",sink=\"lines\"} 0.0",
                            "slipway_prediction_log_queue{sink=\"lines\"} 0.0");
        } finally {
            server.stop();
        }
        List<String> lines = Files.readAllLines(folder.resolve("log/lines.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .startsWith(
                        "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"slipway://test\",".formatted(ids.get(0))
                                + "\"type\":\"org.kubeflow.serving.inference.request\",\"subject\":\"times\",\"time\":\"")
                .contains(
                        "\"inferenceservicename\":\"times\",\"namespace\":\"staging\",\"component\":\"predictor\","
                                + "\"endpoint\":\"default\"",
                        "\"requestid\":\"mine\"",
                        "\"principal\":\"anonymous\"",
                        "\"protocol\":\"tfs-rest\"",
                        "\"modelversion\":\"1\",\"signature\":\"serving_default\"")
                .endsWith(
                        ("\"datacontenttype\":\"application/json\",\"data\":{\"id\":\"%s\",\"inputs\":[{\"name\":\"X\","
                                        + "\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1.0,1.0]}]}}")
                                .formatted(ids.get(0)));
        assertThat(lines.get(1))
                .contains("org.kubeflow.serving.inference.response", "\"code\":\"OK\"", "\"totalmicros\":\"")
                .endsWith(("\"data\":{\"model_name\":\"times\",\"model_version\":\"1\",\"id\":\"%s\","
                                + "\"outputs\":[{\"name\":\"Y\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[2.0,3.0]}]}}")
                        .formatted(ids.get(0)));
        assertThat(lines.get(2))
                .contains(
                        "org.kubeflow.serving.inference.response",
                        "\"id\":\"%s\"".formatted(ids.get(1)),
                        "\"code\":\"INVALID_ARGUMENT\"",
                        "\"error\":\"");
    }

    @Test
    void whatIsLeftOutIsInNoSinksBytes() throws Exception {
        try (Receiver receiver = new Receiver()) {
            for (String sink : List.of("lines", "table", "web")) {
                SlipwayServer server = start(SINKS.formatted(receiver.url()) + MODELS.formatted(sink, sink));
                HttpResponse<String> answer =
                        post(server, "/v1/models/echo:predict", "{\"inputs\": [\"%s\"]}".formatted(SECRET));
                assertThat(answer.body()).contains(SECRET);
                post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
                server.stop();
            }
            assertThat(files()).hasSize(2);
            for (Path file : files()) {
                String text = file.toString().endsWith(".parquet") ? unpacked(file) : Files.readString(file);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain(SECRET)
                        .contains("\"shape\":[1],\"parameters\":{\"redacted\":true},\"data\":[\"[redacted]\"]");
            }
            assertThat(receiver.events())
                    .hasSize(4)
                    .noneMatch(event -> event.body().contains(SECRET));
            assertThat(receiver.events())
                    .filteredOn(event -> event.body().contains("redacted"))
                    .hasSize(2);
        }
    }

    @Test
    void whatTheDefaultsLeaveOutNoModelTakesDown() throws Exception {
        Files.writeString(folder.resolve("models/echo/slipway.yaml"), "prediction_log: {sink: lines}\n");
        SlipwayServer server = start(SINKS.formatted("http://127.0.0.1:1/") + """
                repository: models
                settle_time: 1ms
                defaults: {prediction_log: {sink: lines, redact: [text, ECHO]}}
                models: {times: {prediction_log: none}}
                """);
        try {
            assertThat(post(server, "/v1/models/echo:predict", "{\"inputs\": [\"%s\"]}".formatted(SECRET))
                            .body())
                    .contains(SECRET);
            post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
        } finally {
            server.stop();
        }
        assertThat(Files.readAllLines(folder.resolve("log/lines.jsonl")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("[redacted]").doesNotContain(SECRET));
    }

    @Test
    void eventsComeOverHttpWithTheIdThatTheClientGot() throws Exception {
        try (Receiver receiver = new Receiver()) {
            SlipwayServer server = start(SINKS.formatted(receiver.url()) + MODELS.formatted("web", "web"));
            String id = id(post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}"));
            // What waits is written before the server ends.
            server.stop();
            assertThat(receiver.events())
                    .extracting(Receiver.Event::id, Receiver.Event::type)
                    .containsExactlyInAnyOrder(
                            tuple(id, "org.kubeflow.serving.inference.request"),
                            tuple(id, "org.kubeflow.serving.inference.response"));
        }
    }

    @Test
    void whatIsTakenDownChangesWhileTheServerRuns() throws Exception {
        SlipwayServer server = start(SINKS.formatted("http://127.0.0.1:1/") + MODELS.formatted("lines", "lines"));
        try {
            post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
            awaitMetric(server, "slipway_prediction_log_written_total{sink=\"lines\"} 2.0");
            String without = """
                    repository: models
                    settle_time: 1ms
                    models:
                      times: {prediction_log: none}
                      echo: {prediction_log: {sink: lines, what: [response]}}
                    """;
            server.control()
                    .apply(now -> ConfigYaml.parse("it", without, folder).serving(), "test");
            post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
            post(server, "/v1/models/echo:predict", "{\"inputs\": [\"a\"]}");
            awaitMetric(server, "slipway_prediction_log_written_total{sink=\"lines\"} 3.0");
        } finally {
            server.stop();
        }
        assertThat(Files.readAllLines(folder.resolve("log/lines.jsonl"))).hasSize(3);
    }

    @Test
    void aModelsOwnFileSaysItToo() throws Exception {
        Files.writeString(folder.resolve("models/times/slipway.yaml"), "prediction_log: {sink: lines}\n");
        SlipwayServer server = start(SINKS.formatted("http://127.0.0.1:1/") + "repository: models\nsettle_time: 1ms\n");
        try {
            post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}");
            post(server, "/v1/models/echo:predict", "{\"inputs\": [\"a\"]}");
        } finally {
            server.stop();
        }
        assertThat(Files.readAllLines(folder.resolve("log/lines.jsonl"))).hasSize(2);
    }

    @Test
    void aDeadSinkKeepsNobodyWaitingAndIsCounted() throws Exception {
        SlipwayServer server = start(SINKS.formatted("http://127.0.0.1:1/") + MODELS.formatted("web", "web"));
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(post(server, "/v1/models/times:predict", "{\"inputs\": [1, 1]}")
                                .statusCode())
                        .isEqualTo(200);
            }
            Await.until(
                    () -> !metrics(server).contains("slipway_prediction_log_failures_total{sink=\"web\"} 0.0"),
                    "a failure");
        } finally {
            server.stop();
        }
    }
}

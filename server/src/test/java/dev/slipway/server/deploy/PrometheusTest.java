package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.server.Await;
import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus that scrapes a real server; skipped where it is not installed. */
class PrometheusTest {
    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    @TempDir
    Path folder;

    private Process prometheus;
    private int port;

    @BeforeAll
    static void asks() {
        Examples.ask(SERVER);
    }

    @AfterEach
    void stops() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroy();
            prometheus.waitFor();
        }
    }

    private void start(String... flags) throws IOException {
        Path program = Promtool.require("prometheus");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String config = Files.readString(MonitoringFiles.folder().resolve("prometheus.yaml"))
                .replace("scrape_interval: 15s", "scrape_interval: 1s")
                .replace("localhost:8501", "127.0.0.1:" + SERVER.server().restPort());
        Files.writeString(folder.resolve("prometheus.yaml"), config);
        Files.copy(MonitoringFiles.folder().resolve("alerts.yaml"), folder.resolve("alerts.yaml"));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--config.file=" + folder.resolve("prometheus.yaml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(List.of(flags));
        prometheus = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    /** What a query finds now; nothing as long as Prometheus does not answer. */
    private JsonNode found(String query) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                            + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", query, answer.body()).isIn(200, 503);
            return json.readTree(answer.body()).path("data").path("result");
        } catch (IOException e) {
            assertThat(prometheus.isAlive()).as("Prometheus runs").isTrue();
            return json.createArrayNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private double value(String query) {
        Await.until(() -> !found(query).isEmpty(), "Prometheus answers " + query);
        return found(query).get(0).get("value").get(1).asDouble();
    }

    @Test
    void aPrometheusOfNativeHistogramsScrapesThem() throws IOException {
        start("--enable-feature=native-histograms");
        String iris = "{model=\"iris\", code=\"OK\"}";

        assertThat(value("histogram_count(slipway_request_seconds" + iris + ")"))
                .isEqualTo(20);
        assertThat(value("histogram_quantile(0.99, slipway_request_seconds" + iris + ")"))
                .isBetween(1e-6, 30.0);
        assertThat(
                        value(
                                "histogram_count(slipway_request_phase_seconds{phase=\"compute\", model=\"iris\", code=\"OK\"})"))
                .isEqualTo(20);
        assertThat(value("slipway_requests_total{model=\"iris\", code=\"OK\"}")).isEqualTo(20);
        assertThat(value("nv_inference_request_success{model=\"iris\"}")).isEqualTo(20);
        assertThat(value("{__name__=\":tensorflow:serving:request_count\", model_name=\"iris\", status=\"OK\"}"))
                .isEqualTo(20);
        assertTheDashboardIsAnswered();
    }

    @Test
    void aPrometheusOfClassicHistogramsScrapesThoseAndAnswersTheDashboard() throws IOException {
        start();
        assertThat(value("slipway_request_seconds_bucket{model=\"iris\", code=\"OK\", le=\"+Inf\"}"))
                .isGreaterThanOrEqualTo(20);
        assertTheDashboardIsAnswered();
    }

    private void assertTheDashboardIsAnswered() throws IOException {
        // Rates need two scrapes.
        assertThat(value("count_over_time(up{job=\"slipway\"}[1m]) >= 2")).isGreaterThanOrEqualTo(2);
        List<String> silent = new ArrayList<>();
        for (String query : MonitoringFiles.queries(MonitoringFiles.dashboard())) {
            if (found(query).isEmpty()) {
                silent.add(query);
            }
        }
        List<String> didNotHappen = List.of(
                "slipway_certificate", "slipway_unload", "RESOURCE_EXHAUSTED", "changes(slipway_config_revision");
        silent.removeIf(query -> didNotHappen.stream().anyMatch(query::contains));
        assertThat(silent).as("what happened has an answer").isEmpty();
    }
}

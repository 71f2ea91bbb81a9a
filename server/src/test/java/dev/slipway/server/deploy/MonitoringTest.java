package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard, the alerts and docs/metrics.md: by what a running server shows, and by Prometheus' own tool. */
class MonitoringTest {
    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    /**
     * Shown only by a server that has TLS, rolls back, shadows, turns requests, limits them, or takes them down; tests of these
     * look at them.
     */
    private static final Set<String> ELSEWHERE = Set.of(
            "slipway_access_log_dropped_total",
            "slipway_limited_total",
            "slipway_prediction_log_dropped_total",
            "slipway_prediction_log_failures_total",
            "slipway_prediction_log_queue",
            "slipway_prediction_log_queue_bytes",
            "slipway_prediction_log_written_bytes_total",
            "slipway_prediction_log_written_total",
            "slipway_certificate_remaining_seconds",
            "slipway_certificate_faults",
            "slipway_rollbacks_total",
            "slipway_shadow_total",
            "slipway_shadow_largest_difference",
            "slipway_transform_seconds",
            "slipway_unload_seconds");

    @TempDir
    Path folder;

    @BeforeAll
    static void asks() {
        Examples.ask(SERVER);
    }

    private static String exposed() {
        return SERVER.get("/metrics").body();
    }

    private static HttpResponse<byte[]> metrics(String accepts) {
        return SERVER.send(
                HttpRequest.newBuilder(SERVER.uri("/monitoring/prometheus/metrics"))
                        .header("Accept", accepts)
                        .header("Accept-Encoding", "gzip"),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String inflated(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.headers().firstValue("content-encoding")).contains("gzip");
        try (GZIPInputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(answer.body()))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void theFormIsAgreedOn() throws IOException {
        HttpResponse<byte[]> text = metrics("*/*");
        HttpResponse<byte[]> open = metrics("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        HttpResponse<byte[]> protobuf =
                metrics("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                        + "text/plain;version=0.0.4;q=0.5");

        assertThat(text.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
        assertThat(inflated(text)).contains("slipway_request_seconds_bucket{").doesNotContain("# EOF");
        assertThat(open.headers().firstValue("content-type").orElseThrow()).startsWith("application/openmetrics-text");
        assertThat(inflated(open)).endsWith("# EOF\n");
        assertThat(protobuf.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/vnd.google.protobuf");
        assertThat(inflated(protobuf)).contains("slipway_request_seconds").doesNotContain("# TYPE");
    }

    @Test
    void everyMetricOfTheDashboardAndTheAlertsIsShown() throws IOException {
        List<String> queries = new ArrayList<>(MonitoringFiles.queries(MonitoringFiles.dashboard()));
        queries.addAll(MonitoringFiles.alerts());
        Set<String> asked = new TreeSet<>();
        queries.forEach(query -> asked.addAll(Exposed.in(query)));
        asked.removeAll(ELSEWHERE);

        Set<String> shown = Exposed.queryable(exposed());
        assertThat(asked).hasSizeGreaterThan(40);
        asked.removeIf(name -> ELSEWHERE.stream().anyMatch(name::startsWith));
        assertThat(shown).containsAll(asked);
    }

    @Test
    void everyAlertAndPanelAsksForSomething() throws IOException {
        JsonNode dashboard = MonitoringFiles.dashboard();
        for (JsonNode panel : dashboard.get("panels")) {
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.get("targets")).as(panel.get("title").asText()).isNotEmpty();
            }
        }
        assertThat(dashboard.get("panels").findValues("id").stream()
                        .map(JsonNode::asInt)
                        .collect(Collectors.toSet()))
                .as("ids are each panel's own")
                .hasSize(dashboard.get("panels").size());
        assertThat(MonitoringFiles.alerts())
                .allMatch(query -> !Exposed.in(query).isEmpty() || query.startsWith("up{"));
    }

    @Test
    void theTableTellsOfEveryMetric() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("slipway.root"), "docs", "metrics.md"));
        Set<String> told = Pattern.compile("`((?:slipway_|nv_|ts_|:tensorflow:)[a-z0-9_:]+)`")
                .matcher(page.lines().filter(line -> line.startsWith("|")).collect(Collectors.joining("\n")))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> shown = Exposed.families(exposed());
        shown.removeIf(name -> name.startsWith("jvm_") || name.startsWith("process_"));

        assertThat(told).containsAll(shown);
        Set<String> missing = new HashSet<>(told);
        missing.removeAll(shown);
        assertThat(ELSEWHERE).as("told of, and shown").containsAll(missing);
        assertThat(page).contains("`jvm_", "`process_");
    }

    @Test
    void promtoolTakesTheRulesAndTheirTestsPass() throws IOException, InterruptedException {
        Path nothing = Path.of("/dev/null");
        Promtool.run(MonitoringFiles.folder(), nothing, "check", "config", "prometheus.yaml");
        Promtool.run(MonitoringFiles.folder(), nothing, "check", "rules", "alerts.yaml");
        Promtool.run(MonitoringFiles.folder(), nothing, "test", "rules", "alerts_test.yaml");
    }

    @Test
    void promtoolFindsNothingToMendInOurNames() throws IOException, InterruptedException {
        // Names that others gave are not ours to mend.
        String own = exposed()
                .lines()
                .filter(line -> !line.matches("(# (HELP|TYPE) )?(:tensorflow:|nv_|ts_|jvm_|process_).*"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(own).contains("slipway_requests_total");
        Promtool.run(folder, Files.writeString(folder.resolve("own.txt"), own), "check", "metrics");
    }
}

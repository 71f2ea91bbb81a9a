package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.Await;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.config.TracingConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What requests notice of a collector that is not there, and what is left when the server stops: nothing. */
class CollectorAwayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BODY = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";

    private final HttpClient http = HttpClient.newHttpClient();

    private static SlipwayServer start(TracingConfig tracing) {
        FileSystemSource.Options source = new FileSystemSource.Options(
                SlipwayExtension.examples(),
                VersionSelection.NEWEST,
                List.of(),
                Duration.ofDays(1),
                Duration.ofMillis(50));
        SlipwayServer server = SlipwayServer.start(new ServerOptions(
                        source, Map.of(), ServerOptions.Network.ANY_FREE_PORT, ServerOptions.Resources.ofThisMachine())
                .withOrigin(new ServerOptions.Origin(null, StartConfig.NONE.withTracing(tracing), null)));
        assertThat(server.awaitReady(PATIENCE)).isTrue();
        return server;
    }

    private HttpResponse<String> send(SlipwayServer server, String path, HttpRequest.BodyPublisher body) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.restPort() + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
            return http.send(
                    (path.equals("/metrics") ? request.GET() : request.POST(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void predict(SlipwayServer server) {
        assertThat(send(server, "/v1/models/iris:predict", HttpRequest.BodyPublishers.ofString(BODY))
                        .statusCode())
                .isEqualTo(200);
    }

    private double metric(SlipwayServer server, String name) {
        String text =
                send(server, "/metrics", HttpRequest.BodyPublishers.noBody()).body();
        Matcher line = Pattern.compile("(?m)^" + name + " (.*)$").matcher(text);
        assertThat(line.find()).as(name + " in\n" + text).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private static String closedPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + taken.getLocalPort();
        }
    }

    @Test
    void requestsDoNotNoticeThatNobodyTakesTracesAndWhatIsLostIsCounted() throws IOException {
        SlipwayServer server = start(new TracingConfig(closedPort(), null, 1.0, null, null, 4, Duration.ofMillis(10)));
        for (int i = 0; i < 50; i++) {
            predict(server);
        }
        // Each request is five spans, and four have room.
        assertThat(metric(server, "slipway_spans_dropped_total")).isGreaterThan(100);
        assertThat(metric(server, "slipway_spans_sent_total")).isZero();
        assertThat(server.stop()).isTrue();
    }

    @Test
    void whatTheCollectorRefusesIsCounted() {
        try (Collector collector = new Collector()) {
            collector.answer(400);
            SlipwayServer server =
                    start(new TracingConfig(collector.endpoint(), null, 1.0, null, null, null, Duration.ofMillis(10)));
            predict(server);
            Await.until(() -> metric(server, "slipway_span_export_failures_total") > 0, "the refusal is counted");
            assertThat(metric(server, "slipway_spans_dropped_total")).isPositive();
            collector.answer(200);
            predict(server);
            Await.until(() -> metric(server, "slipway_spans_sent_total") >= 5, "spans are taken again");
            server.stop();
        }
    }

    @Test
    void whatWaitsIsSentBeforeTheServerHasStopped() {
        try (Collector collector = new Collector()) {
            SlipwayServer server =
                    start(new TracingConfig(collector.endpoint(), null, 1.0, null, null, null, Duration.ofHours(1)));
            predict(server);
            assertThat(collector.spans()).isEmpty();
            server.stop();
            assertThat(collector.spans())
                    .extracting(Collector.Got::name)
                    .contains("load", "POST /v1/models/{model}:predict", "decode", "queue", "compute", "encode");
            assertThat(collector.asked()).allMatch(line -> line.startsWith("POST /v1/traces application/x-protobuf"));
        }
    }
}

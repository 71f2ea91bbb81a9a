package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.VersionState;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {
    static final Prediction.Phases PHASES = new Prediction.Phases(
            TimeUnit.MICROSECONDS.toNanos(3),
            TimeUnit.MILLISECONDS.toNanos(2),
            TimeUnit.MILLISECONDS.toNanos(20),
            TimeUnit.MICROSECONDS.toNanos(4),
            TimeUnit.MILLISECONDS.toNanos(23));

    private Metrics metrics = new Metrics();

    static Prediction prediction(String model, long version, ErrorCode code, Prediction.Phases phases) {
        return new Prediction(
                "id",
                new Prediction.Origin("id", "anonymous", "192.0.2.7:1234", "v2-rest"),
                new Prediction.Served(model, version, "serving_default"),
                new Prediction.Outcome(code, ""),
                phases,
                new Prediction.Size(1, 100, 100));
    }

    private void answered(String model, long version, ErrorCode code) {
        metrics.count(prediction(model, version, code, PHASES), null);
    }

    private void ended(String model, long version) {
        metrics.stateChanged(new StateChange(new ServableId(model, version), VersionState.ENDED, Instant.EPOCH, null));
    }

    private String text() {
        return text(metrics, null);
    }

    static String text(Metrics metrics, String accepts) {
        return StandardCharsets.UTF_8.decode(metrics.shown().in(accepts).body()).toString();
    }

    @Test
    void timesEachPhaseOfARequest() {
        answered("iris", 2, ErrorCode.OK);

        String labels = "{code=\"OK\",model=\"iris\",";
        String rest = "protocol=\"v2-rest\",signature=\"serving_default\",version=\"2\"";
        assertThat(text())
                .contains("slipway_requests_total" + labels + "protocol=\"v2-rest\"} 1.0")
                .contains("slipway_request_seconds_bucket" + labels + rest + ",le=\"0.01\"} 0")
                .contains("slipway_request_seconds_bucket" + labels + rest + ",le=\"0.025\"} 1")
                .contains("slipway_request_phase_seconds_sum" + labels + "phase=\"decode\"," + rest + "} 3.0E-6")
                .contains("slipway_request_phase_seconds_sum" + labels + "phase=\"queue\"," + rest + "} 0.002")
                .contains("slipway_request_phase_seconds_sum" + labels + "phase=\"compute\"," + rest + "} 0.02")
                .contains("slipway_request_phase_seconds_sum" + labels + "phase=\"encode\"," + rest + "} 4.0E-6");
    }

    @Test
    void countsNoPhaseThatWasNotReached() {
        metrics.count(
                prediction("iris", 2, ErrorCode.INVALID_ARGUMENT, new Prediction.Phases(5, 0, 0, 0, 900_000)), null);

        assertThat(text())
                .containsPattern("slipway_request_phase_seconds_count\\{.*phase=\"decode\".*} 1")
                .containsPattern("slipway_request_phase_seconds_count\\{.*phase=\"compute\".*} 0");
    }

    @Test
    void timesNoPhasesWhereNobodyWantsThem() {
        metrics = new Metrics(new MetricsSettings(true, false, 10));
        answered("iris", 2, ErrorCode.OK);

        assertThat(text()).contains("slipway_request_seconds_count").doesNotContain("slipway_request_phase_seconds");
    }

    @Test
    void forgetsAVersionThatHasEndedButNotThatItsModelWasAsked() {
        answered("iris", 2, ErrorCode.OK);
        answered("iris", 3, ErrorCode.OK);
        ended("iris", 2);

        assertThat(text())
                .doesNotContain("version=\"2\"")
                .contains("slipway_requests_total{code=\"OK\",model=\"iris\",protocol=\"v2-rest\"} 2.0")
                .contains(":tensorflow:serving:request_count{model_name=\"iris\",status=\"OK\"} 2.0")
                .containsPattern(":tensorflow:serving:request_latency_count\\{.*model_name=\"iris\".*} 2");
    }

    @Test
    void countsModelsThatThereIsNoRoomForTogether() {
        metrics = new Metrics(new MetricsSettings(true, true, 3));
        for (int model = 0; model < 50; model++) {
            answered("model-" + model, 1, ErrorCode.OK);
            metrics.requestEnded(new ServableId("model-" + model, 1), ErrorCode.OK, 1_000);
            ended("model-" + model, 1);
            answered("stays-" + model, 1, ErrorCode.OK);
        }
        String text = text();

        assertThat(text.lines().filter(line -> line.startsWith("slipway_request_seconds_count")))
                .hasSize(4);
        assertThat(text)
                .containsPattern("slipway_request_seconds_count\\{code=\"OK\",model=\"other\",.*version=\"\"} [1-9]")
                .containsPattern("slipway_metrics_other_total [1-9]");
        assertThat(text.lines()
                        .filter(line -> line.startsWith("slipway_requests_total"))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .sum())
                .as("none is lost")
                .isEqualTo(100);
        assertThat(text.lines().filter(line -> line.startsWith("slipway_requests_total")))
                .hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void whatGotToNoVersionGivesItsRoomBackWithItsModel() {
        SeriesRoom room = new SeriesRoom(2);
        RequestMetrics requests = new RequestMetrics(false, room);
        for (int model = 0; model < 5; model++) {
            String name = "model-" + model;
            requests.answered(prediction(name, -1, ErrorCode.UNAVAILABLE, PHASES), null);
            requests.answered(prediction(name, 1, ErrorCode.OK, PHASES), null);
            requests.forget(key -> key.model().equals(name));
        }
        requests.answered(prediction("", -1, ErrorCode.NOT_FOUND, PHASES), null);
        requests.forget(key -> true);

        assertThat(room.refused()).isZero();
        assertThat(requests.series()).extracting(series -> series.key().model()).containsExactly("");
        assertThat(requests.sums().values().stream()
                        .mapToLong(LatencyHistogram.Counts::count)
                        .sum())
                .as("none is lost")
                .isEqualTo(11);
    }

    @Test
    void whatGotToNoVersionTakesNoRoomFromVersions() {
        RequestMetrics requests = new RequestMetrics(false, new SeriesRoom(2));
        for (int model = 0; model < 9; model++) {
            requests.answered(prediction("model-" + model, -1, ErrorCode.UNAVAILABLE, PHASES), null);
        }
        requests.answered(prediction("iris", 1, ErrorCode.OK, PHASES), null);
        requests.answered(prediction("iris", 2, ErrorCode.OK, PHASES), null);

        assertThat(requests.series())
                .extracting(series -> series.key().model() + ":" + series.key().versionText())
                .containsExactlyInAnyOrder("model-0:", "model-1:", "other:", "iris:1", "iris:2");
    }

    @Test
    void showsWhichTraceARequestIsPartOf() {
        metrics.count(
                prediction("iris", 2, ErrorCode.OK, PHASES),
                new RequestContext.TraceIds("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"));

        assertThat(text(metrics, "application/openmetrics-text"))
                .containsPattern("slipway_request_seconds_bucket\\{.*,le=\"0.025\"} 1 # "
                        + "\\{span_id=\"b7ad6b7169203331\",trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.023 ");
        assertThat(text()).doesNotContain("trace_id");
    }
}

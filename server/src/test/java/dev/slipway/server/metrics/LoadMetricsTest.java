package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadMetricsTest {
    private static final ServableId IRIS = new ServableId("iris", 2);

    private Metrics metrics = new Metrics();

    private void at(long millis, ServableId id, VersionState state) {
        metrics.stateChanged(new StateChange(id, state, Instant.ofEpochMilli(millis), null));
    }

    private void fails(ServableId id, VersionState state) {
        SlipwayException error = new SlipwayException(ErrorCode.INVALID_ARGUMENT, "it is broken");
        metrics.stateChanged(new StateChange(id, state, Instant.EPOCH, error));
    }

    private String text() {
        return RequestMetricsTest.text(metrics, null);
    }

    @Test
    void timesALoadWithItsWarmUpAndAnUnload() {
        at(1_000, IRIS, VersionState.NEW);
        at(2_000, IRIS, VersionState.LOADING);
        at(4_000, IRIS, VersionState.WARMING);
        at(5_000, IRIS, VersionState.AVAILABLE);
        assertThat(text())
                .contains("slipway_load_seconds_sum{model=\"iris\"} 3.0")
                .contains("slipway_load_failures_total{model=\"iris\"} 0.0")
                .contains(":tensorflow:cc:saved_model:load_latency{model_path=\"iris/2\"} 3000000.0")
                .contains(
                        ":tensorflow:cc:saved_model:load_attempt_count{model_path=\"iris/2\",status=\"success\"} 1.0");

        at(9_000, IRIS, VersionState.UNLOADING);
        at(9_500, IRIS, VersionState.ENDED);
        assertThat(text())
                .contains("slipway_unload_seconds_sum{model=\"iris\"} 0.5")
                .doesNotContain("iris/2");
    }

    @Test
    void countsLoadsThatFailAtFirstAndInPlace() {
        at(0, IRIS, VersionState.LOADING);
        fails(IRIS, VersionState.QUARANTINED);
        fails(IRIS, VersionState.AVAILABLE);

        assertThat(text())
                .contains("slipway_load_failures_total{model=\"iris\"} 2.0")
                .contains(":tensorflow:cc:saved_model:load_attempt_count{model_path=\"iris/2\",status=\"fail\"} 2.0")
                .doesNotContain("slipway_load_seconds_count");
    }

    @Test
    void hasRoomForSoManyModels() {
        metrics = new Metrics(new MetricsSettings(true, true, 3));
        for (int model = 0; model < 20; model++) {
            ServableId id = new ServableId("model-" + model, 1);
            at(0, id, VersionState.LOADING);
            at(1, id, VersionState.AVAILABLE);
        }
        assertThat(text().lines().filter(line -> line.startsWith("slipway_load_seconds_count")))
                .hasSize(4);
        assertThat(text())
                .contains("slipway_load_seconds_count{model=\"other\"} 17")
                .contains("slipway_load_failures_total{model=\"other\"} 0.0")
                .doesNotContain("slipway_load_seconds_count{model=\"model-4\"}")
                .doesNotContain("slipway_load_failures_total{model=\"model-4\"}");
    }

    @Test
    void givesRoomBackOfModelsThatAreGone() {
        PrometheusRegistry registry = new PrometheusRegistry();
        SeriesRoom room = new SeriesRoom(2);
        LoadMetrics loads = new LoadMetrics(registry, room);
        for (int model = 0; model < 9; model++) {
            ServableId id = new ServableId("model-" + model, 1);
            for (VersionState state :
                    List.of(VersionState.LOADING, VersionState.AVAILABLE, VersionState.UNLOADING, VersionState.ENDED)) {
                loads.stateChanged(new StateChange(id, state, Instant.EPOCH, null));
            }
            loads.forget(name -> !name.equals("model-0"));
        }

        assertThat(room.refused()).isZero();
        registry.scrape()
                .forEach(metric -> assertThat(metric.getDataPoints())
                        .as(metric.getMetadata().getName())
                        .extracting(point -> point.getLabels().get("model"))
                        .containsExactly("model-0"));
    }
}

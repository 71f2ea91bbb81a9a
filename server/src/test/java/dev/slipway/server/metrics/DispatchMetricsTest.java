package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.VersionState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DispatchMetricsTest {
    private static final ServableId IRIS = new ServableId("iris", 2);

    private final Metrics metrics = new Metrics();

    private String text() {
        return RequestMetricsTest.text(metrics, null);
    }

    private void run(DispatchReason reason, int requests, int rows, int padding, boolean onLoop) {
        metrics.dispatched(new Dispatch(
                IRIS,
                "serving_default",
                reason,
                new Dispatch.Batch(requests, rows, padding, onLoop),
                new Dispatch.Times(2_000_000, 7)));
    }

    @Test
    void countsRunsByReasonAndPlace() {
        run(DispatchReason.IDLE, 1, 1, 0, true);
        run(DispatchReason.IDLE, 1, 1, 0, true);
        run(DispatchReason.IDLE, 1, 1, 0, false);
        run(DispatchReason.FULL, 3, 31, 1, false);

        assertThat(text())
                .contains("slipway_batches_total{model=\"iris\",place=\"loop\",reason=\"idle\",version=\"2\"} 2.0")
                .contains("slipway_batches_total{model=\"iris\",place=\"pool\",reason=\"idle\",version=\"2\"} 1.0")
                .contains("slipway_batches_total{model=\"iris\",place=\"pool\",reason=\"full\",version=\"2\"} 1.0")
                .contains("slipway_batch_padding_rows_total{model=\"iris\",version=\"2\"} 1.0")
                .contains("slipway_batch_rows_bucket{model=\"iris\",version=\"2\",le=\"16.0\"} 3")
                .contains("slipway_batch_rows_bucket{model=\"iris\",version=\"2\",le=\"32.0\"} 4")
                .contains("slipway_batch_rows_sum{model=\"iris\",version=\"2\"} 34.0")
                .contains("slipway_batch_requests_bucket{model=\"iris\",version=\"2\",le=\"4.0\"} 4")
                .contains("slipway_queue_seconds_bucket{model=\"iris\",version=\"2\",le=\"0.001\"} 0")
                .contains("slipway_queue_seconds_bucket{model=\"iris\",version=\"2\",le=\"0.0025\"} 4");
    }

    @Test
    void forgetsAVersionThatHasEnded() {
        for (DispatchReason reason : DispatchReason.values()) {
            run(reason, 1, 1, 1, true);
            run(reason, 1, 1, 1, false);
        }
        assertThat(text()).contains("version=\"2\"");
        metrics.stateChanged(new StateChange(IRIS, VersionState.ENDED, Instant.EPOCH, null));
        assertThat(text()).doesNotContain("version=\"2\"");
        run(DispatchReason.IDLE, 1, 1, 0, true);
        assertThat(text()).contains("reason=\"idle\",version=\"2\"} 1.0");
    }
}

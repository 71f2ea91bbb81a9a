package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others call the same. */
class PeerNamesTest {
    private static final ServableId IRIS = new ServableId("iris", 2);

    private Metrics metrics = new Metrics();

    @BeforeEach
    void asks() {
        for (ErrorCode code :
                new ErrorCode[] {ErrorCode.OK, ErrorCode.OK, ErrorCode.INTERNAL, ErrorCode.RESOURCE_EXHAUSTED}) {
            metrics.count(RequestMetricsTest.prediction("iris", 2, code, RequestMetricsTest.PHASES), null);
        }
        metrics.dispatched(new Dispatch(
                IRIS,
                "serving_default",
                DispatchReason.FULL,
                new Dispatch.Batch(2, 7, 1, false),
                new Dispatch.Times(1, 1)));
    }

    private String text() {
        return RequestMetricsTest.text(metrics, null);
    }

    @Test
    void tensorFlowServingsAreInMicroseconds() {
        assertThat(text())
                .contains(":tensorflow:serving:request_count{model_name=\"iris\",status=\"OK\"} 2.0")
                .contains(":tensorflow:serving:request_count{model_name=\"iris\",status=\"INTERNAL\"} 1.0")
                .contains(":tensorflow:serving:request_latency_sum{API=\"Predict\",entrypoint=\"REST\","
                        + "model_name=\"iris\",status=\"OK\"} 46000.0")
                .contains(":tensorflow:serving:runtime_latency_count{API=\"Predict\",model_name=\"iris\","
                        + "runtime=\"Slipway\"} 4");
    }

    @Test
    void tritonsTellWhyRequestsFailed() {
        String labels = "{model=\"iris\",version=\"2\"}";
        assertThat(text())
                .contains("nv_inference_request_success" + labels + " 2.0")
                .contains("nv_inference_request_failure{model=\"iris\",reason=\"BACKEND\",version=\"2\"} 1.0")
                .contains("nv_inference_request_failure{model=\"iris\",reason=\"REJECTED\",version=\"2\"} 1.0")
                .contains("nv_inference_count" + labels + " 7.0")
                .contains("nv_inference_exec_count" + labels + " 1.0")
                .contains("nv_inference_request_duration_us" + labels + " 46000.0")
                .contains("nv_inference_queue_duration_us" + labels + " 4000.0")
                .contains("nv_inference_compute_input_duration_us" + labels + " 6.0")
                .contains("nv_inference_compute_infer_duration_us" + labels + " 40000.0")
                .contains("nv_inference_compute_output_duration_us" + labels + " 8.0")
                .containsPattern("nv_cpu_utilization [01]")
                .containsPattern("nv_cpu_memory_total_bytes [1-9]");
    }

    @Test
    void torchServesCountAllRequests() {
        assertThat(text())
                .containsPattern("ts_inference_requests_total\\{.*model_name=\"iris\",model_version=\"2\"} 4.0")
                .containsPattern("ts_inference_latency_microseconds\\{.*} 92000.0")
                .containsPattern("ts_queue_latency_microseconds\\{.*} 8000.0");
    }

    @Test
    void areLeftOutWhereNobodyWantsThem() {
        metrics = new Metrics(new MetricsSettings(false, true, 10));
        asks();

        assertThat(text()).contains("slipway_requests_total{").doesNotContain(":tensorflow:", "nv_", "ts_inference");
    }
}

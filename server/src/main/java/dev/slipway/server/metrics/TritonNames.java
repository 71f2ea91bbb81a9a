package dev.slipway.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import dev.slipway.api.ErrorCode;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What Triton calls what we count, made of our own series when somebody asks. Of versions that are not gone.
 *
 * @see <a href="https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html">Triton:
 *     metrics</a>
 */
final class TritonNames implements MultiCollector {
    private static final String SUCCESS = "nv_inference_request_success";
    private static final String FAILURE = "nv_inference_request_failure";
    private static final String ROWS = "nv_inference_count";
    private static final String RUNS = "nv_inference_exec_count";
    private static final String PENDING = "nv_inference_pending_request_count";
    private static final String WHOLE = "nv_inference_request_duration_us";

    /** As {@link RequestMetrics#PHASES}. */
    private static final List<String> PHASES = List.of(
            "nv_inference_compute_input_duration_us",
            "nv_inference_queue_duration_us",
            "nv_inference_compute_infer_duration_us",
            "nv_inference_compute_output_duration_us");

    private static final String CPU = "nv_cpu_utilization";
    private static final String MEMORY = "nv_cpu_memory_total_bytes";
    private static final String MEMORY_USED = "nv_cpu_memory_used_bytes";
    private static final double NANOS_IN_MICRO = 1e3;

    private final RequestMetrics requests;
    private final DispatchMetrics dispatches;
    private final Supplier<Map<Labels, Integer>> waiting;

    /** @param waiting requests that wait, by the labels {@code model} and {@code version} */
    TritonNames(RequestMetrics requests, DispatchMetrics dispatches, Supplier<Map<Labels, Integer>> waiting) {
        this.requests = requests;
        this.dispatches = dispatches;
        this.waiting = waiting;
    }

    @Override
    public List<String> getPrometheusNames() {
        return named().snapshots().stream()
                .map(snapshot -> snapshot.getMetadata().getPrometheusName())
                .toList();
    }

    private static PeerNames named() {
        return new PeerNames()
                .name(SUCCESS, "Requests that were answered.")
                .name(FAILURE, "Requests that were not answered, by reason.")
                .name(ROWS, "Rows that were run.")
                .name(RUNS, "Runs.")
                .name(PENDING, "Requests that wait for their run.")
                .name(WHOLE, "Microseconds that requests took, all that were answered together.")
                .name(PHASES.get(0), "Of these, until requests were read.")
                .name(PHASES.get(1), "Of these, until runs began.")
                .name(PHASES.get(2), "Of these, in the model.")
                .name(PHASES.get(3), "Of these, until answers were written.")
                .name(CPU, "How busy the machine's processors are, 0 to 1.")
                .name(MEMORY, "Memory of the machine.")
                .name(MEMORY_USED, "Of it, what is used.");
    }

    @Override
    public MetricSnapshots collect() {
        PeerNames names = named();
        for (RequestMetrics.Series series : requests.series()) {
            RequestMetrics.Key key = series.key();
            Labels labels = Labels.of("model", key.model(), "version", key.versionText());
            if (key.code() != ErrorCode.OK) {
                names.add(FAILURE, labels.add("reason", reason(key.code())), (double)
                        series.total().counts().count());
                continue;
            }
            names.add(SUCCESS, labels, (double) series.total().counts().count());
            names.add(WHOLE, labels, micros(series.total()));
            for (int phase = 0; phase < series.phases().size(); phase++) {
                names.add(PHASES.get(phase), labels, micros(series.phases().get(phase)));
            }
        }
        dispatches.runs().forEach((labels, run) -> {
            names.add(ROWS, labels, (double) run.rows());
            names.add(RUNS, labels, (double) run.count());
        });
        waiting.get().forEach((labels, count) -> names.add(PENDING, labels, count));
        machine(names);
        return new MetricSnapshots(names.snapshots());
    }

    private static void machine(PeerNames names) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
            names.add(CPU, Labels.EMPTY, Math.max(0, machine.getCpuLoad()));
            names.add(MEMORY, Labels.EMPTY, (double) machine.getTotalMemorySize());
            names.add(MEMORY_USED, Labels.EMPTY, (double) (machine.getTotalMemorySize() - machine.getFreeMemorySize()));
        }
    }

    /** Triton tells four of them apart. */
    private static String reason(ErrorCode code) {
        return switch (code) {
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> "REJECTED";
            case CANCELLED -> "CANCELED";
            case INTERNAL, UNKNOWN, DATA_LOSS -> "BACKEND";
            default -> "OTHER";
        };
    }

    private static double micros(LatencyHistogram histogram) {
        return histogram.sumNanos() / NANOS_IN_MICRO;
    }
}

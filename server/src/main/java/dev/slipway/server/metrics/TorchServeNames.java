package dev.slipway.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What TorchServe calls what we count, made of our own series when somebody asks. Of versions that are not gone.
 *
 * @see <a href="https://docs.pytorch.org/serve/metrics.html">TorchServe: metrics</a>
 */
final class TorchServeNames implements MultiCollector {
    private static final String REQUESTS = "ts_inference_requests";
    private static final String LATENCY = "ts_inference_latency_microseconds";
    private static final String QUEUE = "ts_queue_latency_microseconds";
    private static final double NANOS_IN_MICRO = 1e3;

    private final RequestMetrics requests;
    /** Asked for at the first scrape: the answer may take its time. */
    private volatile @Nullable String host;

    TorchServeNames(RequestMetrics requests) {
        this.requests = requests;
    }

    private String host() {
        String found = host;
        if (found == null) {
            try {
                found = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                found = "localhost";
            }
            host = found;
        }
        return found;
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(REQUESTS, LATENCY, QUEUE);
    }

    @Override
    public MetricSnapshots collect() {
        PeerNames names = new PeerNames()
                .name(LATENCY, "Microseconds that requests took, all of them together.")
                .name(QUEUE, "Of these, until runs began.");
        Map<Labels, Long> counts = new HashMap<>();
        for (RequestMetrics.Series series : requests.series()) {
            Labels labels = Labels.of(
                    "model_name",
                    series.key().model(),
                    "model_version",
                    series.key().versionText(),
                    "hostname",
                    host());
            counts.merge(labels, series.total().counts().count(), Long::sum);
            names.add(LATENCY, labels, series.total().sumNanos() / NANOS_IN_MICRO);
            if (!series.phases().isEmpty()) {
                LatencyHistogram queue = series.phases().get(RequestMetrics.PHASES.indexOf("queue"));
                names.add(QUEUE, labels, queue.sumNanos() / NANOS_IN_MICRO);
            }
        }
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name(REQUESTS).help("Requests for models.");
        counts.forEach((labels, count) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) count)
                .build()));
        List<MetricSnapshot> all = names.snapshots();
        all.add(counter.build());
        return new MetricSnapshots(all);
    }
}

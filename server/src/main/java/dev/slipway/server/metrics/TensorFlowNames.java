package dev.slipway.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What TensorFlow Serving calls what we count, made of our own series when somebody asks.
 *
 * @see <a href="https://github.com/tensorflow/serving/blob/master/tensorflow_serving/servables/tensorflow/util.cc">its names, labels
 *     and bounds of requests</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/cc/saved_model/loader.cc">those of loads</a>
 */
final class TensorFlowNames implements MultiCollector {
    private static final String COUNT = ":tensorflow:serving:request_count";
    private static final String LATENCY = ":tensorflow:serving:request_latency";
    private static final String RUNTIME = ":tensorflow:serving:runtime_latency";
    private static final String ATTEMPTS = ":tensorflow:cc:saved_model:load_attempt_count";
    private static final String LOADS = ":tensorflow:cc:saved_model:load_latency";
    private static final double[] BOUNDS = LatencyScale.peerBounds();
    private static final double NANOS_IN_MICRO = 1e3;

    private final RequestMetrics requests;
    private final LoadMetrics loads;

    TensorFlowNames(RequestMetrics requests, LoadMetrics loads) {
        this.requests = requests;
        this.loads = loads;
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(COUNT, LATENCY, RUNTIME, ATTEMPTS, LOADS);
    }

    @Override
    public MetricSnapshots collect() {
        PeerNames names = new PeerNames()
                .name(COUNT, "Requests answered.")
                .name(ATTEMPTS, "Loads, by whether they went well.")
                .name(LOADS, "Microseconds that loads took that went well, all of them together.");
        Map<Labels, LatencyHistogram.Counts> latencies = new HashMap<>();
        requests.sums().forEach((sum, counts) -> {
            names.add(
                    COUNT,
                    Labels.of("model_name", sum.model(), "status", sum.code().name()),
                    (double) counts.count());
            latencies.merge(
                    Labels.of(
                            "model_name",
                            sum.model(),
                            "API",
                            "Predict",
                            "entrypoint",
                            entrypoint(sum.protocol()),
                            "status",
                            sum.code().name()),
                    counts,
                    LatencyHistogram.Counts::plus);
        });
        Map<Labels, LatencyHistogram.Counts> runs = new HashMap<>();
        for (RequestMetrics.Series series : requests.series()) {
            if (!series.phases().isEmpty()) {
                runs.merge(
                        Labels.of("model_name", series.key().model(), "API", "Predict", "runtime", "Slipway"),
                        series.phases()
                                .get(RequestMetrics.PHASES.indexOf("compute"))
                                .counts(),
                        LatencyHistogram.Counts::plus);
            }
        }
        loads.byVersion().forEach((id, counted) -> {
            // As the last folders of the path say it, which is where TensorFlow Serving has a version.
            String path = id.model() + "/" + id.version();
            names.add(ATTEMPTS, Labels.of("model_path", path, "status", "success"), (double) counted.good.get());
            names.add(ATTEMPTS, Labels.of("model_path", path, "status", "fail"), (double) counted.failed.get());
            names.add(LOADS, Labels.of("model_path", path), counted.nanos.get() / NANOS_IN_MICRO);
        });
        List<MetricSnapshot> all = names.snapshots();
        all.add(histogram(LATENCY, "Microseconds from the whole request's arrival to its answer.", latencies));
        all.add(histogram(RUNTIME, "Microseconds in the model, of versions that are not gone.", runs));
        return new MetricSnapshots(all);
    }

    private static String entrypoint(String protocol) {
        return protocol.endsWith("grpc") ? "GRPC" : "REST";
    }

    private static MetricSnapshot histogram(String name, String help, Map<Labels, LatencyHistogram.Counts> series) {
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(name).help(help);
        series.forEach((labels, counts) -> {
            long[] buckets = new long[BOUNDS.length + 1];
            for (int cell = 0; cell < LatencyScale.CELLS; cell++) {
                buckets[LatencyScale.peerBucket(cell)] += counts.inCell(cell);
            }
            snapshot.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(LatencyHistogram.classic(BOUNDS, buckets))
                    .sum(counts.sumNanos() / NANOS_IN_MICRO)
                    .labels(labels)
                    .build());
        });
        return snapshot.build();
    }
}

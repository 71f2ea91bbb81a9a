package dev.slipway.server.metrics;

import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionState;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts runs: why they began, where, how many rows and requests they had, and how long those had waited. */
final class DispatchMetrics implements ServingListener {
    private static final double[] POWERS_OF_TWO = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private final Counter batches;
    private final Counter paddingRows;
    private final Histogram rows;
    private final Histogram requests;
    private final LatencyFamily waits;
    private final SeriesRoom room;
    private final Map<ServableId, Series> series = new ConcurrentHashMap<>();

    /** Counts what there is no room for; made once it is needed, lest it is shown before. */
    private volatile @Nullable Series others;

    /** One version's runs. */
    record Runs(long count, long rows) {}

    DispatchMetrics(PrometheusRegistry registry, SeriesRoom room) {
        this.room = room;
        batches = Counter.builder()
                .name("slipway_batches_total")
                .help("Runs of a model, by why they began when they did, and where they ran.")
                .labelNames("model", "version", "reason", "place")
                .withoutExemplars()
                .register(registry);
        paddingRows = Counter.builder()
                .name("slipway_batch_padding_rows_total")
                .help("Rows that were added to reach an allowed size.")
                .labelNames("model", "version")
                .withoutExemplars()
                .register(registry);
        rows = histogram("slipway_batch_rows", "Rows of a run, without padding.", POWERS_OF_TWO, registry);
        requests = histogram("slipway_batch_requests", "Requests of a run.", POWERS_OF_TWO, registry);
        waits = new LatencyFamily(
                        "slipway_queue_seconds",
                        "How long a run's oldest request had waited.",
                        room,
                        "model",
                        "version")
                .register(registry);
    }

    private static Histogram histogram(String name, String help, double[] bounds, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames("model", "version")
                .classicUpperBounds(bounds)
                .classicOnly()
                .withoutExemplars()
                .register(registry);
    }

    /** What one version's runs count into: finding a series by its labels costs more than counting. */
    private final class Series {
        private final String model;
        private final String version;
        private final DistributionDataPoint runRows;
        private final DistributionDataPoint runRequests;
        private final LatencyHistogram waited;
        private final CounterDataPoint padding;

        private final Map<DispatchReason, CounterDataPoint> onLoop = new ConcurrentHashMap<>();
        private final Map<DispatchReason, CounterDataPoint> onPool = new ConcurrentHashMap<>();

        Series(String model, String version) {
            this.model = model;
            this.version = version;
            runRows = rows.labelValues(model, version);
            runRequests = requests.labelValues(model, version);
            waited = waits.of(model, version);
            padding = paddingRows.labelValues(model, version);
        }

        void count(DispatchReason reason, Dispatch.Batch batch, long queueNanos) {
            Map<DispatchReason, CounterDataPoint> counters = batch.onLoop() ? onLoop : onPool;
            CounterDataPoint counter = counters.get(reason);
            if (counter == null) {
                counter = counters.computeIfAbsent(
                        reason,
                        why -> batches.labelValues(model, version, name(why), batch.onLoop() ? "loop" : "pool"));
            }
            counter.inc();
            runRows.observe(batch.rows());
            runRequests.observe(batch.requests());
            waited.record(queueNanos);
            if (batch.paddingRows() > 0) {
                padding.inc(batch.paddingRows());
            }
        }
    }

    private static String name(DispatchReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private Series series(ServableId id) {
        if (room.has(series.size())) {
            return series.computeIfAbsent(id, made -> new Series(made.model(), Long.toString(made.version())));
        }
        Series shared = others;
        if (shared == null) {
            // Twice is no harm: both count into the same.
            shared = new Series(SeriesRoom.OTHER, "");
            others = shared;
        }
        return shared;
    }

    /** Runs of the versions that are not gone, by the labels {@code model} and {@code version}. */
    Map<Labels, Runs> runs() {
        Map<Labels, Runs> runs = new HashMap<>();
        rows.collect()
                .getDataPoints()
                .forEach(point -> runs.put(point.getLabels(), new Runs(point.getCount(), (long) point.getSum())));
        return runs;
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        Series found = series.get(dispatch.id());
        if (found == null) {
            found = series(dispatch.id());
        }
        found.count(dispatch.reason(), dispatch.batch(), dispatch.times().queueNanos());
    }

    @Override
    public void stateChanged(StateChange change) {
        if (change.state() == VersionState.ENDED && series.remove(change.id()) != null) {
            String model = change.id().model();
            String version = Long.toString(change.id().version());
            for (DispatchReason reason : DispatchReason.values()) {
                batches.remove(model, version, name(reason), "loop");
                batches.remove(model, version, name(reason), "pool");
            }
            paddingRows.remove(model, version);
            rows.remove(model, version);
            requests.remove(model, version);
            waits.removeIf(List.of(model, version)::equals);
        }
    }
}

package dev.slipway.server;

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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts runs: why they began, where, how many rows and requests they had, and how long those had waited. */
final class DispatchMetrics implements ServingListener {
    private static final double NANOS_IN_SECOND = 1e9;
    private static final double[] POWERS_OF_TWO = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private final Counter batches;
    private final Counter paddingRows;
    private final Histogram rows;
    private final Histogram requests;
    private final Histogram waits;
    private final Map<ServableId, Series> series = new ConcurrentHashMap<>();

    DispatchMetrics(PrometheusRegistry registry) {
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
        waits = histogram(
                "slipway_queue_seconds", "How long a run's oldest request had waited.", Metrics.SECONDS, registry);
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
        private final DistributionDataPoint seconds;
        private final CounterDataPoint padding;

        private final Map<DispatchReason, CounterDataPoint> onLoop = new ConcurrentHashMap<>();
        private final Map<DispatchReason, CounterDataPoint> onPool = new ConcurrentHashMap<>();

        Series(ServableId id) {
            model = id.model();
            version = Long.toString(id.version());
            runRows = rows.labelValues(model, version);
            runRequests = requests.labelValues(model, version);
            seconds = waits.labelValues(model, version);
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
            seconds.observe(queueNanos / NANOS_IN_SECOND);
            if (batch.paddingRows() > 0) {
                padding.inc(batch.paddingRows());
            }
        }
    }

    private static String name(DispatchReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        Series found = series.get(dispatch.id());
        if (found == null) {
            found = series.computeIfAbsent(dispatch.id(), Series::new);
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
            waits.remove(model, version);
        }
    }
}

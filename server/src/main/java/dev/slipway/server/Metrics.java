package dev.slipway.server;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionState;
import dev.slipway.core.Manager;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.traffic.Traffic;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.access.AccessControl;
import dev.slipway.server.backend.InstalledBackends;
import dev.slipway.server.config.BatchingFiles;
import dev.slipway.server.control.Control;
import dev.slipway.server.management.Operations;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Counts and times, for Prometheus; under names of our own, and under those that TensorFlow Serving uses. */
public final class Metrics implements ServingListener {
    /** What {@link #text} is. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS_IN_SECOND = 1e9;
    private static final double NANOS_IN_MICRO = 1e3;
    static final double[] SECONDS = {
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("slipway_requests_total")
            .help("Requests answered, by the category of the answer.")
            .labelNames("model", "protocol", "code")
            .register(registry);
    private final Histogram latency = Histogram.builder()
            .name("slipway_request_seconds")
            .help("From the whole request's arrival to its answer.")
            .labelNames("model", "protocol")
            .classicUpperBounds(SECONDS)
            .classicOnly()
            .register(registry);
    private final Histogram runs = Histogram.builder()
            .name("slipway_run_seconds")
            .help("Time in the model itself.")
            .labelNames("model", "version")
            .classicUpperBounds(SECONDS)
            .classicOnly()
            .register(registry);
    private final Histogram transforms = Histogram.builder()
            .name("slipway_transform_seconds")
            .help("Time to turn requests into what the model takes (before), and its answers back (after).")
            .labelNames("model", "version", "step")
            .classicUpperBounds(SECONDS)
            .classicOnly()
            .register(registry);
    private final Histogram peerLatency = Histogram.builder()
            .name(":tensorflow:serving:request_latency")
            .help("Microseconds from the whole request's arrival to its answer.")
            .labelNames("model_name", "API", "entrypoint")
            .classicExponentialUpperBounds(10, 1.8, 33)
            .classicOnly()
            .register(registry);

    /** Looked up once for each model and protocol: finding a series by its labels costs more than counting. */
    private final Map<String, Map<String, Series>> series = new ConcurrentHashMap<>();

    private final Map<ServableId, DistributionDataPoint> runSeries = new ConcurrentHashMap<>();
    private final DispatchMetrics dispatches = new DispatchMetrics(registry);

    /** What one model's requests over one protocol count into. */
    private final class Series {
        private final DistributionDataPoint seconds;
        private final DistributionDataPoint micros;
        private final Map<ErrorCode, CounterDataPoint> codes = new ConcurrentHashMap<>();
        private final String model;
        private final String protocol;

        Series(String model, String protocol) {
            this.model = model;
            this.protocol = protocol;
            this.seconds = latency.labelValues(model, protocol);
            this.micros = peerLatency.labelValues(model, "Predict", protocol);
        }

        void count(ErrorCode code, long nanos) {
            codes.computeIfAbsent(code, c -> requests.labelValues(model, protocol, c.name()))
                    .inc();
            seconds.observe(nanos / NANOS_IN_SECOND);
            micros.observe(nanos / NANOS_IN_MICRO);
        }
    }

    public Metrics() {
        registry.register(new PeerRequestCount());
    }

    /** Shows what the core holds now. */
    public void watch(Manager manager, Dispatcher dispatcher) {
        gauge(
                "slipway_handles_open",
                "Requests that hold a model now.",
                () -> manager.map().handlesOpen());
        gauge("slipway_requests_waiting", "Requests that wait for their run.", dispatcher::waiting);
        gauge(
                "slipway_memory_reserved_bytes",
                "Memory set aside for models.",
                () -> manager.resources().reservedBytes());
        gauge(
                "slipway_memory_budget_bytes",
                "Memory that models may have.",
                () -> manager.resources().budgetBytes());
        VersionMetrics.register(registry, manager.statuses()::values);
        GaugeWithCallback.builder()
                .name("slipway_model_versions")
                .help("Versions of models, by state.")
                .labelNames("state")
                .callback(callback -> count(manager.statuses().values())
                        .forEach((state, count) -> callback.call(count, state.name())))
                .register(registry);
    }

    /** Shows how many files of settings are broken. */
    public void watch(BatchingFiles files) {
        gauge("slipway_batching_config_errors", "Files of settings for batching that are broken.", files::faults);
    }

    /** Shows what became of the models' traffic. */
    public void watch(Traffic traffic) {
        TrafficMetrics.register(registry, traffic);
    }

    /** Shows what is remembered of sequences. */
    void watch(Sequences sequences) {
        gauge("slipway_sequences", "Sequences that are remembered now.", sequences::count);
        gauge("slipway_sequence_state_bytes", "Bytes that their states take.", sequences::stateBytes);
    }

    /** Shows how many configuration files are broken, and which revision is applied. */
    public void watch(Control control) {
        gauge(
                "slipway_config_faults",
                "Configuration files that are broken now; what they said before counts.",
                () -> control.faults().size());
        gauge(
                "slipway_config_revision",
                "Number of the configuration that is applied.",
                () -> control.current().number());
    }

    /** Shows whether the file that says who may do what is broken. */
    void watch(AccessControl access) {
        gauge(
                "slipway_access_faults",
                "Files of access that are broken now; what they said before counts.",
                () -> access.fault() == null ? 0 : 1);
        gauge("slipway_audit_lost", "Events that are missing in the audit log.", access::unaudited);
    }

    /** Shows what the backends hold. */
    void watch(InstalledBackends backends) {
        BackendMetrics.register(registry, backends::reports);
    }

    /** Shows how many loads and unloads run that somebody asked for. */
    public void watch(Operations operations) {
        gauge("slipway_operations_running", "Loads and unloads that run by request.", operations::running);
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    private static Map<VersionState, Integer> count(Collection<ModelStatus> models) {
        Map<VersionState, Integer> counts = new EnumMap<>(VersionState.class);
        for (VersionState state : VersionState.values()) {
            counts.put(state, 0);
        }
        models.forEach(model -> model.versions().forEach(version -> counts.merge(version.state(), 1, Integer::sum)));
        return counts;
    }

    /** Counts a request that was answered; one for a model that is not known without a name. */
    public void answered(Prediction prediction) {
        String model = prediction.served().model();
        series.computeIfAbsent(model, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(prediction.origin().protocol(), name -> new Series(model, name))
                .count(prediction.outcome().code(), prediction.phases().total());
    }

    @Override
    public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
        if (runNanos > 0) {
            runSeries
                    .computeIfAbsent(id, i -> runs.labelValues(i.model(), Long.toString(i.version())))
                    .observe(runNanos / NANOS_IN_SECOND);
        }
    }

    @Override
    public void transformed(ServableId id, TransformStep step, long nanos) {
        // Beside decoding a picture, looking a series up costs nothing.
        transforms
                .labelValues(
                        id.model(), Long.toString(id.version()), step.name().toLowerCase(Locale.ROOT))
                .observe(nanos / NANOS_IN_SECOND);
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        dispatches.dispatched(dispatch);
    }

    @Override
    public void stateChanged(StateChange change) {
        dispatches.stateChanged(change);
        if (change.state() == VersionState.ENDED) {
            // Else five hundred versions of a model would leave five hundred series.
            runSeries.remove(change.id());
            for (TransformStep step : TransformStep.values()) {
                transforms.remove(
                        change.id().model(),
                        Long.toString(change.id().version()),
                        step.name().toLowerCase(Locale.ROOT));
            }
            runs.remove(change.id().model(), Long.toString(change.id().version()));
        }
    }

    /** All of it in Prometheus' text format, UTF-8. */
    public ByteBuffer text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    /** The peer's name for the count of requests lacks the ending that a Prometheus counter must have. */
    private final class PeerRequestCount implements Collector {
        @Override
        public MetricSnapshot collect() {
            UnknownSnapshot.Builder snapshot = UnknownSnapshot.builder()
                    .name(":tensorflow:serving:request_count")
                    .help("Requests answered.");
            Map<Labels, Double> counts = new ConcurrentHashMap<>();
            requests.collect()
                    .getDataPoints()
                    .forEach(point -> counts.merge(
                            Labels.of(
                                    "model_name",
                                    String.valueOf(point.getLabels().get("model")),
                                    "status",
                                    String.valueOf(point.getLabels().get("code"))),
                            point.getValue(),
                            Double::sum));
            counts.forEach((labels, count) -> snapshot.dataPoint(UnknownSnapshot.UnknownDataPointSnapshot.builder()
                    .labels(labels)
                    .value(count)
                    .build()));
            return snapshot.build();
        }
    }
}

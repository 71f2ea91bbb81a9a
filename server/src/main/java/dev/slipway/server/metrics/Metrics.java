package dev.slipway.server.metrics;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.Manager;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.traffic.Traffic;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.access.AccessControl;
import dev.slipway.server.backend.InstalledBackends;
import dev.slipway.server.config.BatchingFiles;
import dev.slipway.server.control.Control;
import dev.slipway.server.limits.LimitMetrics;
import dev.slipway.server.limits.Limiter;
import dev.slipway.server.logging.AccessLog;
import dev.slipway.server.management.Operations;
import dev.slipway.server.predictions.PredictionLogs;
import dev.slipway.server.tls.Tls;
import dev.slipway.server.tracing.Tracing;
import dev.slipway.server.transport.Refusals;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.Transport;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts and times, for Prometheus; under names of our own, and under those that other servers use. */
public final class Metrics implements ServingListener {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Gauges gauges = new Gauges(registry);
    private final SeriesRoom room;
    private final WaitingRequests waiting;
    private final RequestMetrics requests;
    private final LatencyFamily runs;
    private final LatencyFamily transforms;
    private final DispatchMetrics dispatches;
    private final LoadMetrics loads;

    /** Looked up once for each version: finding a series by its labels costs more than counting. */
    private final Map<ServableId, LatencyHistogram> runSeries = new ConcurrentHashMap<>();

    private final Present present = new Present();
    private boolean showsProcess;

    public Metrics() {
        this(MetricsSettings.DEFAULT);
    }

    public Metrics(MetricsSettings settings) {
        room = new SeriesRoom(settings.seriesMax());
        waiting = new WaitingRequests(room);
        requests = new RequestMetrics(settings.timesPhases(), room);
        registry.register(requests);
        runs = new LatencyFamily("slipway_run_seconds", "Time in the model itself.", room, "model", "version")
                .register(registry);
        transforms = new LatencyFamily(
                        "slipway_transform_seconds",
                        "Time to turn requests into what the model takes (before), and its answers back (after).",
                        room,
                        "model",
                        "version",
                        "step")
                .register(registry);
        dispatches = new DispatchMetrics(registry, room);
        loads = new LoadMetrics(registry, room);
        gauges.counter(
                "slipway_metrics_other_total",
                "What counted as model \"other\", since its metric has no room for more models.",
                room::refused);
        if (settings.showsPeers()) {
            registry.register(new TensorFlowNames(requests, loads));
            registry.register(new TritonNames(requests, dispatches, waiting::byVersion));
            registry.register(new TorchServeNames(requests));
        }
    }

    /** Shows what the core holds now. */
    public void watch(Manager manager, Dispatcher dispatcher, ComputePool pool) {
        present.watch(manager.statuses());
        requests.signatures((id, signature) -> hasSignature(manager, id, signature));
        waiting.watch(dispatcher);
        gauges.gauge(
                "slipway_handles_open",
                "Requests that hold a model now.",
                () -> manager.map().handlesOpen());
        gauges.gauge("slipway_requests_waiting", "Requests that wait for their run.", dispatcher::waiting);
        gauges.gauge("slipway_model_requests_waiting", "Requests that wait for their run.", "model", waiting::byModel);
        gauges.gauge(
                "slipway_memory_reserved_bytes",
                "Memory set aside for models.",
                () -> manager.resources().reservedBytes());
        gauges.gauge(
                "slipway_memory_budget_bytes",
                "Memory that models may have.",
                () -> manager.resources().budgetBytes());
        VersionMetrics.register(registry, manager.statuses()::values, room);
        ServerMetrics.register(registry, pool);
    }

    private static boolean hasSignature(Manager manager, ServableId id, String signature) {
        Handle handle = manager.map().tryBorrow(id.model(), new VersionChoice.Exact(id.version()));
        if (handle == null) {
            return false;
        }
        try (handle) {
            return handle.servable().description().signatures().containsKey(signature);
        }
    }

    /** Shows how many files of settings are broken. */
    public void watch(BatchingFiles files) {
        gauges.gauge(
                "slipway_batching_config_errors", "Files of settings for batching that are broken.", files::faults);
    }

    /** Shows what limits have refused. */
    public void watch(Limiter limiter) {
        LimitMetrics.register(registry, limiter);
    }

    /** Shows what became of the models' traffic. */
    public void watch(Traffic traffic) {
        TrafficMetrics.register(registry, traffic);
    }

    /** Shows what is remembered of sequences. */
    public void watch(Sequences sequences) {
        gauges.gauge("slipway_sequences", "Sequences that are remembered now.", sequences::count);
        gauges.gauge("slipway_sequence_state_bytes", "Bytes that their states take.", sequences::stateBytes);
    }

    /** Shows how many configuration files are broken, and which revision is applied. */
    public void watch(Control control) {
        gauges.gauge(
                "slipway_config_faults",
                "Configuration files that are broken now; what they said before counts.",
                () -> control.faults().size());
        gauges.gauge(
                "slipway_config_revision",
                "Number of the configuration that is applied.",
                () -> control.current().number());
    }

    /** Shows whether the file that says who may do what is broken, and whether issuers of tokens can be had. */
    public void watch(AccessControl access) {
        gauges.gauge(
                "slipway_access_faults",
                "Files of access that are broken now; what they said before counts.",
                () -> access.fault() == null ? 0 : 1);
        gauges.gauge(
                "slipway_token_issuer_faults",
                "Issuers of tokens whose keys could not be had; those that were had before count.",
                access::issuerFaults);
        gauges.counter("slipway_audit_lost_total", "Events that are missing in the audit log.", access::unaudited);
    }

    /** Shows what is missing in the access log. */
    public void watch(AccessLog log) {
        ServerMetrics.register(registry, log);
    }

    /** Shows what becomes of predictions that are taken down. */
    public void watch(PredictionLogs predictions) {
        PredictionLogMetrics.register(registry, predictions.outlets());
    }

    /** Shows what the backends hold. */
    public void watch(InstalledBackends backends) {
        BackendMetrics.register(registry, backends::reports);
    }

    /** Shows how many loads and unloads run that somebody asked for. */
    public void watch(Operations operations) {
        gauges.gauge("slipway_operations_running", "Loads and unloads that run by request.", operations::running);
    }

    /**
     * Shows connections, requests in flight, and what secures them.
     *
     * @param tls null for none
     */
    public void watch(Transport transport, @Nullable Tls tls) {
        ServerMetrics.register(registry, transport);
        if (tls != null) {
            ServerMetrics.register(registry, tls);
        }
    }

    /** Shows what was refused before it was known what is asked for, there and there. */
    public void watch(Refusals atTheGate, Refusals onTheWay) {
        ServerMetrics.register(registry, atTheGate, onTheWay);
    }

    /** Counts a request that was answered; one for a model that is not known without a name. Its trace is shown as an exemplar. */
    public void answered(Prediction prediction, RequestContext context) {
        count(prediction, context.trace());
    }

    /** Shows what becomes of the spans of traces, and with the times of requests where their traces are. */
    public void watch(Tracing tracing) {
        gauges.counter(
                "slipway_spans_sent_total",
                "Spans that the collector has taken.",
                () -> tracing.counts().sent());
        gauges.counter(
                "slipway_spans_dropped_total",
                "Spans that the collector never got: there was no room left for them, or it did not take them.",
                () -> tracing.counts().dropped());
        gauges.counter(
                "slipway_span_export_failures_total",
                "Times that spans could not be sent.",
                () -> tracing.counts().failures());
        gauges.counter(
                "slipway_traces_skipped_total",
                "Requests that would have been traced, had not tracing.max_per_second been traced already.",
                () -> tracing.counts().skipped());
    }

    /** @param trace null for one that was not traced */
    void count(Prediction prediction, RequestContext.@Nullable TraceIds trace) {
        requests.answered(prediction, trace);
    }

    @Override
    public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
        if (runNanos > 0) {
            LatencyHistogram series = runSeries.get(id);
            if (series == null) {
                series = runs.of(id.model(), Long.toString(id.version()));
                if (runSeries.size() < room.max()) {
                    runSeries.put(id, series);
                }
            }
            series.record(runNanos);
        }
    }

    @Override
    public void transformed(ServableId id, TransformStep step, long nanos) {
        // Beside decoding a picture, looking a series up costs nothing.
        transforms
                .of(id.model(), Long.toString(id.version()), step.name().toLowerCase(Locale.ROOT))
                .record(nanos);
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        dispatches.dispatched(dispatch);
    }

    @Override
    public void stateChanged(StateChange change) {
        dispatches.stateChanged(change);
        loads.stateChanged(change);
        if (change.state() == VersionState.ENDED) {
            // Else five hundred versions of a model would leave five hundred series.
            ServableId id = change.id();
            List<String> labels = List.of(id.model(), Long.toString(id.version()));
            runSeries.remove(id);
            runs.removeIf(labels::equals);
            transforms.removeIf(of -> of.subList(0, 2).equals(labels));
            requests.forget(key -> key.isOf(id));
        }
    }

    /** All of it as it is now. One at a time. */
    public synchronized Shown shown() {
        if (!showsProcess) {
            showsProcess = true;
            ServerMetrics.registerProcess(registry);
        }
        if (!present.isKnown()) {
            return new Shown(registry.scrape());
        }
        requests.forget(present::isGone);
        Shown shown = new Shown(registry.scrape());
        // Now that what they did last was shown.
        loads.forget(present::isGone);
        return shown;
    }
}

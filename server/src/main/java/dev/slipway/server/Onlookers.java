package dev.slipway.server;

import dev.slipway.api.ServingListener;
import dev.slipway.server.config.Home;
import dev.slipway.server.config.Observation;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.logging.AccessLog;
import dev.slipway.server.metrics.Metrics;
import dev.slipway.server.metrics.MetricsSettings;
import dev.slipway.server.observe.Observers;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.predictions.PredictionLogs;
import dev.slipway.server.tracing.Tracing;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.RestHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who looks on while requests are answered, joined by hand: metrics, traces, prediction log, access log. */
final class Onlookers {
    /** For sending the last traces, when all else is over: a collector that is away must not hold up a stop. */
    private static final Duration TRACES_TIME = Duration.ofSeconds(5);

    /** What is left for the prediction log when requests have taken all of the drain's time. */
    private static final Duration PREDICTIONS_TIME = Duration.ofSeconds(2);

    private final Metrics metrics;
    private final PredictionLogs predictions;
    private final Tracing tracing;
    private final @Nullable AccessLog accessLog;

    private Onlookers(Metrics metrics, PredictionLogs predictions, Tracing tracing, @Nullable AccessLog accessLog) {
        this.metrics = metrics;
        this.predictions = predictions;
        this.tracing = tracing;
        this.accessLog = accessLog;
        metrics.watch(predictions);
        metrics.watch(tracing);
        if (accessLog != null) {
            metrics.watch(accessLog);
        }
    }

    static Onlookers open(ServerOptions options) {
        StartConfig start = options.origin().start();
        // What may be refused comes first, and has nothing to close.
        Metrics metrics = new Metrics(MetricsSettings.of(start.metrics()));
        Tracing tracing = Tracing.open(start.tracing().settings(System.getenv()));
        boolean areOpen = false;
        PredictionLogs predictions = null;
        try {
            predictions = PredictionLogs.open(start.predictionLog(), Home.folder());
            AccessLog accessLog = AccessLog.of(options.logging().or(start.logging()));
            areOpen = true;
            return new Onlookers(metrics, predictions, tracing, accessLog);
        } finally {
            if (!areOpen) {
                tracing.close(Duration.ZERO);
                if (predictions != null) {
                    predictions.close();
                }
            }
        }
    }

    Metrics metrics() {
        return metrics;
    }

    @Nullable
    AccessLog accessLog() {
        return accessLog;
    }

    /** Who is told of requests for models. */
    Observers observers() {
        List<RequestObserver> each = new ArrayList<>(tracing.observers());
        each.addAll(predictions.observers());
        return new Observers(each, List.of(metrics::answered));
    }

    /** Who is told of runs and of loads, beside the metrics. */
    List<ServingListener> listeners() {
        return tracing.listeners();
    }

    /** Has a model's requests looked at otherwise from now on. */
    void configure(String model, Observation observed) {
        predictions.configure(model, observed.predictionLog());
        tracing.sample(model, observed.traceSample());
    }

    /** What hands requests on to {@code handler}, and follows them. */
    RestHandler before(RestHandler handler) {
        return tracing.before(handler);
    }

    /** As {@link #before(RestHandler)}. */
    GrpcHandler before(GrpcHandler handler) {
        return tracing.before(handler);
    }

    /**
     * No more requests come: writes what waits.
     *
     * @param left of the drain's time
     */
    void requestsEnded(Duration left) {
        try {
            predictions.close(left.compareTo(PREDICTIONS_TIME) > 0 ? left : PREDICTIONS_TIME);
        } finally {
            if (accessLog != null) {
                accessLog.close();
            }
        }
    }

    /** Models are unloaded too: nothing more happens. */
    void close() {
        tracing.close(TRACES_TIME);
    }

    /** The server did not come up. */
    void abandon() {
        requestsEnded(Duration.ZERO);
        tracing.close(Duration.ZERO);
    }
}

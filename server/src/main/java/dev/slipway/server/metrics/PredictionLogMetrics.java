package dev.slipway.server.metrics;

import dev.slipway.monitoring.log.Outlet;
import dev.slipway.monitoring.log.Reason;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Shows what becomes of events in the prediction log. */
final class PredictionLogMetrics {
    private PredictionLogMetrics() {}

    static void register(PrometheusRegistry registry, Collection<Outlet> outlets) {
        if (outlets.isEmpty()) {
            return;
        }
        CounterWithCallback.builder()
                .name("slipway_prediction_log_dropped_total")
                .help(
                        "Events that are not in the prediction log, by why: full, too_large, failed, refused, unreadable, stopped.")
                .labelNames("sink", "reason")
                .callback(callback -> outlets.forEach(outlet -> {
                    for (Reason reason : Reason.values()) {
                        callback.call(
                                (double) outlet.counts().dropped(reason),
                                outlet.name(),
                                reason.name().toLowerCase(Locale.ROOT));
                    }
                }))
                .register(registry);
        counter(
                registry,
                outlets,
                "written",
                "Events that are in the prediction log.",
                outlet -> outlet.counts().written());
        counter(
                registry,
                outlets,
                "written_bytes",
                "Bytes that they take there.",
                outlet -> outlet.counts().writtenBytes());
        counter(
                registry,
                outlets,
                "failures",
                "Tries to write events that failed.",
                outlet -> outlet.counts().failures());
        gauge(registry, outlets, "queue", "Predictions that are not written.", Outlet::held);
        gauge(registry, outlets, "queue_bytes", "Bytes of tensors that are not written.", Outlet::heldBytes);
    }

    private static void counter(
            PrometheusRegistry registry,
            Collection<Outlet> outlets,
            String name,
            String help,
            ToDoubleFunction<Outlet> value) {
        CounterWithCallback.builder()
                .name("slipway_prediction_log_%s_total".formatted(name))
                .help(help)
                .labelNames("sink")
                .callback(callback ->
                        outlets.forEach(outlet -> callback.call(value.applyAsDouble(outlet), outlet.name())))
                .register(registry);
    }

    private static void gauge(
            PrometheusRegistry registry,
            Collection<Outlet> outlets,
            String name,
            String help,
            ToDoubleFunction<Outlet> value) {
        GaugeWithCallback.builder()
                .name("slipway_prediction_log_" + name)
                .help(help)
                .labelNames("sink")
                .callback(callback ->
                        outlets.forEach(outlet -> callback.call(value.applyAsDouble(outlet), outlet.name())))
                .register(registry);
    }
}

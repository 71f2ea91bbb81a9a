package dev.slipway.server.metrics;

import dev.slipway.api.BackendReport;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Shows what each backend holds: models, memory, threads. */
final class BackendMetrics {
    private BackendMetrics() {}

    /** @param reports of the backends, by name; asked at each scrape */
    static void register(PrometheusRegistry registry, Supplier<Map<String, BackendReport>> reports) {
        gauge(registry, "slipway_backend_models", "Models that are loaded.", reports, BackendReport::models);
        gauge(
                registry,
                "slipway_backend_memory_bytes",
                "Memory that its loaded models hold.",
                reports,
                BackendReport::memoryBytes);
        gauge(registry, "slipway_backend_threads", "Threads of its runtime's own.", reports, BackendReport::threads);
    }

    private static void gauge(
            PrometheusRegistry registry,
            String name,
            String help,
            Supplier<Map<String, BackendReport>> reports,
            ToDoubleFunction<BackendReport> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("backend", "runtime")
                .callback(callback -> reports.get()
                        .forEach((backend, report) ->
                                callback.call(value.applyAsDouble(report), backend, report.runtime())))
                .register(registry);
    }
}

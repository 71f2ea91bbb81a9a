package dev.slipway.server.metrics;

import dev.slipway.core.traffic.Traffic;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Shows what became of the models' traffic: labels that went back, and what shadows answered. */
final class TrafficMetrics {
    private TrafficMetrics() {}

    static void register(PrometheusRegistry registry, Traffic traffic) {
        CounterWithCallback.builder()
                .name("slipway_rollbacks_total")
                .help("Labels that were sent back to where they were, since their new version broke a bound.")
                .labelNames("model")
                .callback(callback -> traffic.rollbacks().forEach((model, count) -> callback.call(count, model)))
                .register(registry);
        CounterWithCallback.builder()
                .name("slipway_shadow_total")
                .help("Copies of requests for a shadow, by what came of them.")
                .labelNames("model", "version", "outcome")
                .callback(callback -> traffic.shadows().forEach((model, state) -> {
                    String version = Long.toString(state.version());
                    callback.call((double) state.same(), model, version, "same");
                    callback.call((double) state.different(), model, version, "different");
                    callback.call((double) state.failed(), model, version, "failed");
                    callback.call((double) state.skipped(), model, version, "skipped");
                }))
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_shadow_largest_difference")
                .help("The largest difference between two numbers, of a shadow's answer and the one that was given.")
                .labelNames("model", "version")
                .callback(callback -> traffic.shadows()
                        .forEach((model, state) ->
                                callback.call(state.largestDifference(), model, Long.toString(state.version()))))
                .register(registry);
    }
}

package dev.slipway.server.limits;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Shows what limits have refused. Whose requests they were is not shown: callers are many. */
public final class LimitMetrics {
    private LimitMetrics() {}

    public static void register(PrometheusRegistry registry, Limiter limiter) {
        CounterWithCallback.builder()
                .name("slipway_limited_total")
                .help("Requests that were refused since a limit was reached, of who asks or of the model.")
                .labelNames("model", "limit")
                .callback(callback -> limiter.refusals()
                        .counts()
                        .forEach((of, count) -> callback.call(
                                count.doubleValue(), of.model(), of.kind().word())))
                .register(registry);
    }
}

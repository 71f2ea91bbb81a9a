package dev.slipway.server.metrics;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** Shows of each version where it stands, and what memory it takes; of one that has ended nothing. */
final class VersionMetrics {
    private VersionMetrics() {}

    static void register(PrometheusRegistry registry, Supplier<? extends Collection<ModelStatus>> models) {
        GaugeWithCallback.builder()
                .name("slipway_model_memory_bytes")
                .help("Memory that a loaded version takes: measured, or expected where it was not.")
                .labelNames("model", "version")
                .callback(callback -> models.get()
                        .forEach(model -> model.versions().stream()
                                .filter(version -> version.state() == VersionState.AVAILABLE
                                        || version.state() == VersionState.UNLOADING)
                                .forEach(version -> callback.call(
                                        (double) version.sizeBytes(), model.name(), Long.toString(version.version())))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_version_state")
                .help("1 for the state that a version is in.")
                .labelNames("model", "version", "state")
                .callback(callback -> models.get()
                        .forEach(model -> model.versions().stream()
                                .filter(version -> version.state() != VersionState.ENDED)
                                .forEach(version -> callback.call(
                                        1,
                                        model.name(),
                                        Long.toString(version.version()),
                                        version.state().name()))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_model_versions")
                .help("Versions of models, by state.")
                .labelNames("state")
                .callback(callback -> count(models.get()).forEach((state, count) -> callback.call(count, state.name())))
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
}

package dev.slipway.server.metrics;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Shows of each version where it stands, and what memory it takes; of one that has ended nothing. */
final class VersionMetrics {
    private final Supplier<? extends Collection<ModelStatus>> models;
    private final SeriesRoom room;

    private VersionMetrics(Supplier<? extends Collection<ModelStatus>> models, SeriesRoom room) {
        this.models = models;
        this.room = room;
    }

    static void register(
            PrometheusRegistry registry, Supplier<? extends Collection<ModelStatus>> models, SeriesRoom room) {
        VersionMetrics versions = new VersionMetrics(models, room);
        GaugeWithCallback.builder()
                .name("slipway_model_memory_bytes")
                .help("Memory that a loaded version takes: measured, or expected where it was not.")
                .labelNames("model", "version")
                .callback(callback -> versions.memory()
                        .forEach((labels, bytes) -> callback.call(bytes, labels.toArray(new String[0]))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_version_state")
                .help("1 for the state that a version is in.")
                .labelNames("model", "version", "state")
                .callback(callback -> versions.states()
                        .forEach((labels, count) -> callback.call(count, labels.toArray(new String[0]))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_model_versions")
                .help("Versions of models, by state.")
                .labelNames("state")
                .callback(callback -> count(models.get()).forEach((state, count) -> callback.call(count, state.name())))
                .register(registry);
    }

    private static boolean isLoaded(VersionStatus version) {
        return version.state() == VersionState.AVAILABLE || version.state() == VersionState.UNLOADING;
    }

    private Map<List<String>, Double> memory() {
        Map<List<String>, Double> bytes = new LinkedHashMap<>();
        each(VersionMetrics::isLoaded, (model, version) -> {
            List<String> labels = List.of(model, Long.toString(version.version()));
            List<String> shown = bytes.size() < room.max() ? labels : List.of(SeriesRoom.OTHER, "");
            bytes.merge(shown, (double) version.sizeBytes(), Double::sum);
        });
        return bytes;
    }

    private Map<List<String>, Double> states() {
        Map<List<String>, Double> counts = new LinkedHashMap<>();
        each(version -> version.state() != VersionState.ENDED, (model, version) -> {
            String state = version.state().name();
            List<String> labels = List.of(model, Long.toString(version.version()), state);
            List<String> shown = counts.size() < room.max() ? labels : List.of(SeriesRoom.OTHER, "", state);
            counts.merge(shown, 1.0, Double::sum);
        });
        return counts;
    }

    /** Is shown a version. */
    private interface Visitor {
        void visit(String model, VersionStatus version);
    }

    private void each(Predicate<VersionStatus> which, Visitor visitor) {
        for (ModelStatus model : models.get()) {
            for (VersionStatus version : model.versions()) {
                if (which.test(version)) {
                    visitor.visit(model.name(), version);
                }
            }
        }
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

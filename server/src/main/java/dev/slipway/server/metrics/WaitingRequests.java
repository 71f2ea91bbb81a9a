package dev.slipway.server.metrics;

import dev.slipway.api.ServableId;
import dev.slipway.core.batching.Dispatcher;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Requests that wait for their run now, of as many models and versions as there is room for. Thread-safe. */
final class WaitingRequests {
    private final SeriesRoom room;
    private volatile Supplier<Map<ServableId, Integer>> counts = Map::of;

    WaitingRequests(SeriesRoom room) {
        this.room = room;
    }

    void watch(Dispatcher dispatcher) {
        watch(() -> {
            Map<ServableId, Integer> byVersion = new HashMap<>();
            dispatcher.states().forEach(state -> byVersion.merge(state.id(), state.waiting(), Integer::sum));
            return byVersion;
        });
    }

    /** @param now counts of each version */
    void watch(Supplier<Map<ServableId, Integer>> now) {
        counts = now;
    }

    Map<String, Integer> byModel() {
        return by(ServableId::model, SeriesRoom.OTHER);
    }

    /** By the labels {@code model} and {@code version}. */
    Map<Labels, Integer> byVersion() {
        return by(
                id -> Labels.of("model", id.model(), "version", Long.toString(id.version())),
                Labels.of("model", SeriesRoom.OTHER, "version", ""));
    }

    private <K> Map<K, Integer> by(Function<ServableId, K> key, K others) {
        Map<K, Integer> shown = new HashMap<>();
        counts.get().forEach((id, count) -> {
            K own = key.apply(id);
            boolean hasRoom = shown.size() < room.max() || shown.containsKey(own);
            shown.merge(hasRoom ? own : others, count, Integer::sum);
        });
        return shown;
    }
}

package dev.slipway.server.metrics;

import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionState;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Times loads and unloads, by what is told of versions' states, and counts loads that failed. Thread-safe. */
final class LoadMetrics implements ServingListener {
    private final LatencyFamily loads;
    private final LatencyFamily unloads;
    private final Counter failures;
    private final SeriesRoom room;
    private final Map<ServableId, Instant> loading = new ConcurrentHashMap<>();
    private final Map<ServableId, Instant> unloading = new ConcurrentHashMap<>();
    private final Map<ServableId, Loads> byVersion = new ConcurrentHashMap<>();

    /** Models whose failures are counted under their names. */
    private final Set<String> named = ConcurrentHashMap.newKeySet();

    /** Loads of one version since it is known. */
    static final class Loads {
        final AtomicLong good = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLong nanos = new AtomicLong();
    }

    LoadMetrics(PrometheusRegistry registry, SeriesRoom room) {
        this.room = room;
        loads = new LatencyFamily(
                        "slipway_load_seconds", "From the begin of a load until the version is served.", room, "model")
                .register(registry);
        unloads = new LatencyFamily(
                        "slipway_unload_seconds",
                        "From a version's last new request until it is closed.",
                        room,
                        "model")
                .register(registry);
        failures = Counter.builder()
                .name("slipway_load_failures_total")
                .help("Loads that failed.")
                .labelNames("model")
                .withoutExemplars()
                .register(registry);
    }

    /** What is known of the loads of versions that are not gone. */
    Map<ServableId, Loads> byVersion() {
        return byVersion;
    }

    @Override
    public void stateChanged(StateChange change) {
        ServableId id = change.id();
        if (change.state() == VersionState.LOADING) {
            loading.put(id, change.time());
            failures(id.model()).inc(0);
        } else if (change.state() == VersionState.AVAILABLE || change.state() == VersionState.QUARANTINED) {
            ended(change);
        } else if (change.state() == VersionState.UNLOADING) {
            unloading.put(id, change.time());
        } else if (change.state() != VersionState.WARMING) {
            loading.remove(id);
            Instant since = unloading.remove(id);
            if (since != null) {
                unloads.of(id.model()).record(nanos(since, change.time()));
            }
            if (change.state() == VersionState.ENDED) {
                byVersion.remove(id);
            }
        }
    }

    private void ended(StateChange change) {
        ServableId id = change.id();
        Instant since = loading.remove(id);
        Loads counted = byVersion.size() < room.max() || byVersion.containsKey(id)
                ? byVersion.computeIfAbsent(id, known -> new Loads())
                : new Loads();
        if (change.error() != null) {
            counted.failed.incrementAndGet();
            failures(id.model()).inc();
            return;
        }
        counted.good.incrementAndGet();
        if (since != null) {
            long nanos = nanos(since, change.time());
            counted.nanos.addAndGet(nanos);
            loads.of(id.model()).record(nanos);
        }
    }

    private CounterDataPoint failures(String model) {
        boolean hasRoom = named.contains(model) || named.size() < room.max();
        if (hasRoom) {
            named.add(model);
        }
        return failures.labelValues(hasRoom ? model : SeriesRoom.OTHER);
    }

    /** Forgets models that are gone. */
    void forget(Predicate<String> isGone) {
        loads.removeIf(labels -> isGone.test(labels.get(0)));
        unloads.removeIf(labels -> isGone.test(labels.get(0)));
        for (String model : List.copyOf(named)) {
            if (!model.equals(SeriesRoom.OTHER) && isGone.test(model) && named.remove(model)) {
                failures.remove(model);
            }
        }
    }

    private static long nanos(Instant since, Instant until) {
        return Math.max(0, Duration.between(since, until).toNanos());
    }
}

package dev.slipway.server.metrics;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times requests. One lookup finds all that a request counts into; what versions that are gone have counted stays in the
 * sums of their models, which must not fall. Thread-safe.
 */
final class RequestMetrics implements MultiCollector {
    /** In the order of a request. */
    static final List<String> PHASES = List.of("decode", "queue", "compute", "encode");

    private static final String TOTAL = "slipway_request_seconds";
    private static final String PHASE = "slipway_request_phase_seconds";
    private static final String COUNT = "slipway_requests";

    private final boolean timesPhases;
    private final SeriesRoom room;
    private final Map<Key, Series> live = new ConcurrentHashMap<>();

    /** Of {@link #live}, by {@link #held}: what got to a version, and what got to none, each have the room of a metric. */
    private final AtomicInteger ofVersions = new AtomicInteger();

    private final AtomicInteger ofNone = new AtomicInteger();

    private volatile BiPredicate<ServableId, String> hasSignature = (id, signature) -> true;

    /** Guarded by this. */
    private final Map<Sum, LatencyHistogram.Counts> gone = new HashMap<>();

    /** What tells series apart. {@code version} is below 0 where none was found. */
    record Key(String model, long version, String signature, String protocol, ErrorCode code) {
        Labels labels() {
            return Labels.of(
                    "model",
                    model,
                    "version",
                    versionText(),
                    "signature",
                    signature,
                    "protocol",
                    protocol,
                    "code",
                    code.name());
        }

        String versionText() {
            return version < 0 ? "" : Long.toString(version);
        }

        boolean isOf(ServableId id) {
            return version == id.version() && model.equals(id.model());
        }

        /** Whether it stands for more than a model that may go. */
        boolean isShared() {
            return version < 0 && (model.isEmpty() || model.equals(SeriesRoom.OTHER));
        }
    }

    /** What tells sums apart. */
    record Sum(String model, String protocol, ErrorCode code) {}

    /**
     * What requests of one key count into.
     *
     * @param phases as {@link #PHASES}; empty where they are not timed apart
     */
    record Series(Key key, LatencyHistogram total, List<LatencyHistogram> phases) {
        /** @param ids null for one that was not traced */
        void count(Prediction.Phases took, RequestContext.@Nullable TraceIds ids) {
            total.record(took.total(), ids);
            if (!phases.isEmpty()) {
                record(0, took.decode(), ids);
                record(1, took.queue(), ids);
                record(2, took.compute(), ids);
                record(3, took.encode(), ids);
            }
        }

        /** What was not reached took no time, which says nothing of what it takes. */
        private void record(int phase, long nanos, RequestContext.@Nullable TraceIds ids) {
            if (nanos > 0) {
                phases.get(phase).record(nanos, ids);
            }
        }
    }

    RequestMetrics(boolean timesPhases, SeriesRoom room) {
        this.timesPhases = timesPhases;
        this.room = room;
    }

    /** @param ids null for one that was not traced */
    void answered(Prediction prediction, RequestContext.@Nullable TraceIds ids) {
        Prediction.Served served = prediction.served();
        Key key = new Key(
                served.model(),
                served.version(),
                served.signature(),
                prediction.origin().protocol(),
                prediction.outcome().code());
        Series series = live.get(key);
        if (series == null) {
            series = series(key);
        }
        series.count(prediction.phases(), ids);
    }

    private Series series(Key asked) {
        Key key = asked;
        // Clients may invent signatures; only those that answered are known to be there.
        if (key.code() != ErrorCode.OK && !key.signature().isEmpty() && !isThere(key)) {
            key = new Key(key.model(), key.version(), "", key.protocol(), key.code());
            Series found = live.get(key);
            if (found != null) {
                return found;
            }
        }
        boolean hasRoom = key.isShared() || room.has(held(key).get());
        Key known = hasRoom ? key : new Key(SeriesRoom.OTHER, -1, "", key.protocol(), key.code());
        return live.computeIfAbsent(known, this::made);
    }

    /** How many there are of its kind. */
    private AtomicInteger held(Key key) {
        return key.version() < 0 ? ofNone : ofVersions;
    }

    private boolean isThere(Key key) {
        return key.version() >= 0 && hasSignature.test(new ServableId(key.model(), key.version()), key.signature());
    }

    /** Who knows the signatures of versions that are served. */
    void signatures(BiPredicate<ServableId, String> has) {
        hasSignature = has;
    }

    private Series made(Key key) {
        if (!key.isShared()) {
            held(key).incrementAndGet();
        }
        List<LatencyHistogram> phases = new ArrayList<>();
        for (int phase = 0; timesPhases && phase < PHASES.size(); phase++) {
            phases.add(new LatencyHistogram());
        }
        return new Series(key, new LatencyHistogram(), List.copyOf(phases));
    }

    /** Forgets the series of versions and models that are gone; the models' sums stay. */
    synchronized void forget(Predicate<Key> isGone) {
        for (Series series : series()) {
            Key key = series.key();
            if (!key.isShared() && isGone.test(key) && live.remove(key) != null) {
                held(key).decrementAndGet();
                Sum sum = new Sum(key.model(), key.protocol(), key.code());
                Sum kept = gone.containsKey(sum) || gone.size() < room.max()
                        ? sum
                        : new Sum(SeriesRoom.OTHER, key.protocol(), key.code());
                gone.merge(kept, series.total().counts(), LatencyHistogram.Counts::plus);
            }
        }
    }

    /** What there is now. */
    List<Series> series() {
        return List.copyOf(live.values());
    }

    /** Whole requests, also of versions that are gone. */
    synchronized Map<Sum, LatencyHistogram.Counts> sums() {
        Map<Sum, LatencyHistogram.Counts> sums = new HashMap<>(gone);
        for (Series series : live.values()) {
            Key key = series.key();
            sums.merge(
                    new Sum(key.model(), key.protocol(), key.code()),
                    series.total().counts(),
                    LatencyHistogram.Counts::plus);
        }
        return sums;
    }

    @Override
    public List<String> getPrometheusNames() {
        return timesPhases ? List.of(COUNT, TOTAL, PHASE) : List.of(COUNT, TOTAL);
    }

    @Override
    public MetricSnapshots collect() {
        CounterSnapshot.Builder counts =
                CounterSnapshot.builder().name(COUNT).help("Requests answered, by the category of the answer.");
        sums().forEach((sum, counted) -> counts.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of(
                        "model",
                        sum.model(),
                        "protocol",
                        sum.protocol(),
                        "code",
                        sum.code().name()))
                .value((double) counted.count())
                .build()));
        HistogramSnapshot.Builder totals =
                HistogramSnapshot.builder().name(TOTAL).help("From the whole request's arrival to its answer.");
        HistogramSnapshot.Builder phases = HistogramSnapshot.builder()
                .name(PHASE)
                .help("What parts of a request took, of those that reached them.");
        for (Series series : live.values()) {
            Labels labels = series.key().labels();
            totals.dataPoint(series.total().snapshot(labels));
            for (int phase = 0; phase < series.phases().size(); phase++) {
                phases.dataPoint(series.phases().get(phase).snapshot(labels.add("phase", PHASES.get(phase))));
            }
        }
        return timesPhases
                ? MetricSnapshots.of(counts.build(), totals.build(), phases.build())
                : MetricSnapshots.of(counts.build(), totals.build());
    }
}

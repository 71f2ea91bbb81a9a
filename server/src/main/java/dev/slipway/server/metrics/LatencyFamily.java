package dev.slipway.server.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Times of one metric, a histogram for each set of labels; the first of them is the model. Thread-safe. */
final class LatencyFamily implements Collector {
    private final String name;
    private final String help;
    private final String[] labelNames;
    private final SeriesRoom room;
    private final Map<List<String>, LatencyHistogram> all = new ConcurrentHashMap<>();

    /** How many of them take room: all but those of other models. */
    private final AtomicInteger held = new AtomicInteger();

    LatencyFamily(String name, String help, SeriesRoom room, String... labelNames) {
        this.name = name;
        this.help = help;
        this.room = room;
        this.labelNames = labelNames.clone();
    }

    LatencyFamily register(PrometheusRegistry registry) {
        registry.register(this);
        return this;
    }

    /** The histogram for these labels, model first; that of other models where there is no more room. */
    LatencyHistogram of(String... labels) {
        List<String> key = List.of(labels);
        LatencyHistogram found = all.get(key);
        if (found != null) {
            return found;
        }
        return all.computeIfAbsent(room.has(held.get()) ? key : others(key), this::made);
    }

    private LatencyHistogram made(List<String> labels) {
        if (!isShared(labels)) {
            held.incrementAndGet();
        }
        return new LatencyHistogram();
    }

    /** The labels that count for these where there is no more room. */
    private List<String> others(List<String> labels) {
        List<String> others = new ArrayList<>(labels);
        others.set(0, SeriesRoom.OTHER);
        for (int i = 1; i < labelNames.length; i++) {
            if (labelNames[i].equals("version")) {
                others.set(i, "");
            }
        }
        return List.copyOf(others);
    }

    private boolean isShared(List<String> labels) {
        return labels.equals(others(labels));
    }

    /** Forgets those whose labels fit, but for those of other models. */
    void removeIf(Predicate<List<String>> fit) {
        for (List<String> labels : List.copyOf(all.keySet())) {
            if (fit.test(labels) && !isShared(labels) && all.remove(labels) != null) {
                held.decrementAndGet();
            }
        }
    }

    @Override
    public String getPrometheusName() {
        return name;
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(name).help(help);
        all.forEach((labels, histogram) ->
                snapshot.dataPoint(histogram.snapshot(Labels.of(labelNames, labels.toArray(new String[0])))));
        return snapshot.build();
    }
}

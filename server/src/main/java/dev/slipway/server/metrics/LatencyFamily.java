package dev.slipway.server.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Times of one metric, a histogram for each set of labels; the first of them is the model. Thread-safe. */
final class LatencyFamily implements Collector {
    private final String name;
    private final String help;
    private final String[] labelNames;
    private final SeriesRoom room;
    private final Map<List<String>, LatencyHistogram> all = new ConcurrentHashMap<>();

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
        if (!room.has(all.size())) {
            String[] others = labels.clone();
            others[0] = SeriesRoom.OTHER;
            for (int i = 1; i < others.length; i++) {
                others[i] = labelNames[i].equals("version") ? "" : labels[i];
            }
            key = List.of(others);
        }
        return all.computeIfAbsent(key, labelled -> new LatencyHistogram());
    }

    /** Forgets those whose labels fit. */
    void removeIf(Predicate<List<String>> labels) {
        all.keySet().removeIf(labels);
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

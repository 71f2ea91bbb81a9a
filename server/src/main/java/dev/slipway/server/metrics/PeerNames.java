package dev.slipway.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values by names that the Prometheus client has no type for: counts whose names lack the ending that a counter must have. To
 * queries they are the same. For one scrape, on one thread.
 */
final class PeerNames {
    private final Map<String, String> helps = new LinkedHashMap<>();
    private final Map<String, Map<Labels, Double>> values = new LinkedHashMap<>();

    /** Shows a name, though it may have no value. */
    PeerNames name(String name, String help) {
        helps.put(name, help);
        values.put(name, new LinkedHashMap<>());
        return this;
    }

    /** Adds to what a name that was {@linkplain #name shown} has for these labels. */
    void add(String name, Labels labels, double value) {
        Map<Labels, Double> found = values.get(name);
        if (found == null) {
            throw new IllegalArgumentException("metric '%s' was not named".formatted(name));
        }
        found.merge(labels, value, Double::sum);
    }

    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        values.forEach((name, points) -> {
            UnknownSnapshot.Builder snapshot =
                    UnknownSnapshot.builder().name(name).help(String.valueOf(helps.get(name)));
            points.forEach((labels, value) -> snapshot.dataPoint(UnknownSnapshot.UnknownDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
            all.add(snapshot.build());
        });
        return all;
    }
}

package dev.slipway.server.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All metrics at one moment, written once in each form that somebody asks for. For one thread. */
public final class Shown {
    private final MetricSnapshots all;
    private final Map<String, Exposition> byForm = new HashMap<>();

    Shown(MetricSnapshots all) {
        this.all = all;
    }

    /** @param accepts in which form: the header {@code Accept}; null for none */
    public Exposition in(@Nullable String accepts) {
        return byForm.computeIfAbsent(Exposition.form(accepts), form -> Exposition.of(all, accepts));
    }
}

package dev.slipway.benchmarks.report;

import dev.slipway.benchmarks.load.Measurement;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;

/** A report as JSON: facts, every series with its samples, bars, figures and notes. */
final class JsonReport {
    private JsonReport() {}

    static JsonObject of(Report report) {
        Results results = report.results();
        JsonArray series = new JsonArray();
        results.series().forEach(key -> series.add(of(results, key)));
        JsonArray bars = new JsonArray();
        report.verdicts().forEach(verdict -> bars.add(of(verdict)));
        return new JsonObject()
                .put("facts", new JsonObject(Map.copyOf(report.facts())))
                .put("series", series)
                .put("bars", bars)
                .put("figures", new JsonObject(Map.copyOf(results.figures())))
                .put("notes", new JsonArray(results.notes()));
    }

    private static JsonObject of(Results results, Series key) {
        JsonObject medians = new JsonObject();
        for (Metric metric : Metric.values()) {
            put(medians, metric.name().toLowerCase(Locale.ROOT), results.median(key, metric));
        }
        JsonArray samples = new JsonArray();
        results.samples(key).forEach(sample -> samples.add(of(sample)));
        JsonObject json = new JsonObject()
                .put("scenario", key.scenario())
                .put("model", key.model())
                .put("protocol", key.protocol())
                .put("load", key.load())
                .put("target", key.target())
                .put("medians", medians)
                .put("samples", samples);
        put(json, "of_ceiling", results.median(key, Metric.PER_CPU_SECOND) / results.ceiling(key));
        return json;
    }

    private static JsonObject of(Measurement sample) {
        JsonObject json = new JsonObject().put("requests", sample.requests());
        put(json, "seconds", sample.span().seconds());
        put(json, "cpu_seconds", sample.span().cpuSeconds());
        put(json, "generator_busy", sample.span().generatorBusy());
        put(json, "p50_us", sample.latency().p50());
        put(json, "p99_us", sample.latency().p99());
        put(json, "p999_us", sample.latency().p999());
        return json.put("shed", sample.refusals().shed())
                .put("late", sample.refusals().late());
    }

    private static JsonObject of(Bar.Verdict verdict) {
        Bar bar = verdict.bar();
        JsonObject json = new JsonObject()
                .put("scenario", bar.scenario())
                .put("text", bar.text())
                .put("bound", bar.bound().name().toLowerCase(Locale.ROOT))
                .put("threshold", bar.threshold())
                .put("outcome", verdict.outcome().name().toLowerCase(Locale.ROOT));
        put(json, "ratio", verdict.ratio());
        return json;
    }

    /** JSON knows no {@code NaN}. */
    private static void put(JsonObject json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        }
    }
}

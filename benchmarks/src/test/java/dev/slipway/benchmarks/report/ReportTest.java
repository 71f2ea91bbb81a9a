package dev.slipway.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Series SLIPWAY = new Series("tiny", "mlp", "tfs-grpc", "8x8", "slipway");

    private final Results results = new Results();

    private static Measurement sample(long requests, double cpuSeconds, double generatorBusy) {
        return new Measurement(
                requests,
                new Meter.Span(1, cpuSeconds, generatorBusy),
                new Measurement.Latency(100, 2_000, 3_000),
                Measurement.Refusals.NONE);
    }

    private Report filled() {
        results.ran("tiny");
        results.add(SLIPWAY, sample(1_000, 0.5, 0.5));
        results.add(SLIPWAY, sample(9_000, 0.5, 0.5));
        results.add(SLIPWAY, sample(1_200, 0.5, 0.5));
        results.add(SLIPWAY.of("echo"), sample(4_000, 0.5, 0.97));
        results.add(Series.bare("tiny", "mlp", 1), sample(4_000, 0.5, Double.NaN));
        results.add(Series.bare("tiny", "mlp", 8), sample(16_000, 0.5, Double.NaN));
        results.note("peers: node skipped: <none>");
        Bar met = new Bar(
                "tiny",
                "of the ceiling",
                Bar.Bound.AT_LEAST,
                0.6,
                found -> found.median(SLIPWAY, Metric.PER_CPU_SECOND) / found.ceiling(SLIPWAY));
        Bar missed = new Bar(
                "tiny",
                "p99 of the echo's",
                Bar.Bound.AT_MOST,
                0.5,
                found -> found.ratio(SLIPWAY, SLIPWAY.of("echo"), Metric.P99));
        Bar unknown = new Bar("tiny", "of nobody", Bar.Bound.AT_MOST, 1, found -> Double.NaN);
        Bar elsewhere = new Bar("large", "not run", Bar.Bound.AT_MOST, 1, found -> 0);
        return new Report(Map.of("processor", "one & only"), results, List.of(met, missed, unknown, elsewhere));
    }

    @Test
    void tabulatesMediansSpreadsAndRatios() {
        assertThat(Table.of(filled().results())).isEqualTo("""
                        tiny

                        | model | protocol | load    | target  |  req/s | req/CPU-s |       min..max | MB/CPU-s | p50 ms | p99 ms | p99.9 ms | refused | of echo | of bare | of ceiling | generator |
                        |---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                        | mlp   | tfs-grpc | 8x8     | slipway |  1,200 |     2,400 |  2,000..18,000 |          |   0.10 |   2.00 |     3.00 |         |    30 % |    30 % |       60 % |      50 % |
                        | mlp   | tfs-grpc | 8x8     | echo    |  4,000 |     8,000 |   8,000..8,000 |          |   0.10 |   2.00 |     3.00 |         |         |         |            |    97 % ! |
                        | mlp   | pinned   | batch 1 | bare    |  4,000 |     8,000 |   8,000..8,000 |          |   0.10 |   2.00 |     3.00 |         |         |         |            |           |
                        | mlp   | pinned   | batch 8 | bare    | 16,000 |    32,000 | 32,000..32,000 |          |   0.10 |   2.00 |     3.00 |         |         |         |            |           |
                        """);
    }

    @Test
    void tellsBytesAndRefusalsWhereThereAreAny() {
        Series large = new Series("large", "m", "oip-grpc", "twice", "slipway");
        results.add(
                large,
                new Measurement(
                        300,
                        new Meter.Span(1, 0.5, 0.5),
                        Measurement.Latency.UNKNOWN,
                        new Measurement.Refusals(80, 20)));
        results.payload(large, 1_000_000);
        assertThat(Table.of(results)).contains("|    600.0 |        |        |          |    25 % |");
    }

    @Test
    void addsTheCostsOfTransportAndModelToACeiling() {
        filled();
        assertThat(results.ceiling(SLIPWAY)).isEqualTo(4_000);
        assertThat(results.bestBare("tiny", "mlp")).isEqualTo(32_000);
        assertThat(results.ceiling(new Series("tiny", "mlp", "tfs-rest", "8x1", "slipway")))
                .isNaN();
        assertThat(results.bestBare("tiny", "other")).isNaN();
    }

    @Test
    void saysWhichBarsAreMetByHowMuch() {
        List<Bar.Verdict> verdicts = filled().verdicts();
        assertThat(verdicts)
                .extracting(Bar.Verdict::outcome)
                .containsExactly(Bar.Outcome.MET, Bar.Outcome.MISSED, Bar.Outcome.NOT_MEASURED);
        assertThat(verdicts)
                .extracting(Bar.Verdict::toString)
                .containsExactly(
                        "met           tiny       of the ceiling: 0.60 (bar: >= 0.60)",
                        "missed        tiny       p99 of the echo's: 1.00 (bar: <= 0.50)",
                        "not measured  tiny       of nobody: - (bar: <= 1.00)");
    }

    @Test
    void tellsAllInText() {
        assertThat(filled().text())
                .startsWith("processor:    one & only\n")
                .contains("\nbars\n\nmet ")
                .endsWith("notes\n\n- peers: node skipped: <none>\n");
        assertThat(results.isSound()).isTrue();
        results.fault("tiny: echo left out");
        assertThat(results.isSound()).isFalse();
        assertThat(results.notes()).endsWith("tiny: echo left out");
    }

    @Test
    void keepsEverySampleInJson() {
        JsonObject json = new JsonObject(filled().json());
        JsonObject first = json.getJsonArray("series").getJsonObject(0);
        assertThat(json.getJsonObject("facts").getString("processor")).isEqualTo("one & only");
        assertThat(first.getString("target")).isEqualTo("slipway");
        assertThat(first.getJsonArray("samples")).hasSize(3);
        assertThat(first.getJsonArray("samples").getJsonObject(1).getLong("requests"))
                .isEqualTo(9_000);
        assertThat(first.getJsonObject("medians").getDouble("per_cpu_second")).isEqualTo(2_400);
        assertThat(first.getDouble("of_ceiling")).isEqualTo(0.6, within(1e-9));
        assertThat(json.getJsonArray("bars").getJsonObject(0).getString("outcome"))
                .isEqualTo("met");
        assertThat(json.getJsonArray("bars").getJsonObject(2).containsKey("ratio"))
                .isFalse();
    }

    @Test
    void showsAllInOnePageThatNeedsNoOther() {
        String html = filled().html();
        assertThat(html)
                .contains("<svg", "slipway", "2,400", "one &amp; only", "&lt;none&gt;", "class=\"missed\"")
                .doesNotContain("http:", "https:", "//", "src=", "href=", "<script", "@import", "url(", "NaN");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'3', 3, 3, 3", "'3 1 2', 2, 1, 3", "'4 1 2 3', 2.5, 1, 4", "'NaN 5', 5, 5, 5"})
    void findsTheMiddleAndTheEnds(String values, double median, double min, double max) {
        List<Double> numbers =
                List.of(values.split(" ")).stream().map(Double::valueOf).toList();
        assertThat(Statistic.of(numbers)).isEqualTo(new Statistic(median, min, max));
    }

    @Test
    void knowsNoMiddleOfNothing() {
        assertThat(Statistic.of(List.of()).median()).isNaN();
    }
}

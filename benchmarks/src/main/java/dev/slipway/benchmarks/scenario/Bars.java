package dev.slipway.benchmarks.scenario;

import static dev.slipway.benchmarks.report.Bar.Bound.AT_LEAST;
import static dev.slipway.benchmarks.report.Bar.Bound.AT_MOST;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.report.Bar;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.report.Results;
import dev.slipway.benchmarks.report.Series;
import dev.slipway.benchmarks.target.Targets;
import dev.slipway.benchmarks.target.Watching;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the server is to reach: ratios in one run, of one server core. */
public final class Bars {
    private static final String GRPC = "oip-grpc";
    private static final String REST = "tfs-rest";
    private static final String STREAMS = "8x8";
    private static final String ALONE = "1x1";

    /** What Triton reached with its ONNX Runtime backend on another machine of the kind. */
    private static final double TRITON_RESNET = 30;

    private Bars() {}

    /** Those of all scenarios. */
    public static List<Bar> all() {
        List<Bar> bars = new ArrayList<>(TinyBars.all());
        bars.addAll(medium());
        bars.addAll(large());
        bars.addAll(overload());
        bars.addAll(convolution("conv-squeezenet", Models.SQUEEZENET));
        bars.addAll(convolution("conv-resnet", Models.RESNET));
        Series resnet = new Series("conv-resnet", Models.RESNET, GRPC, ALONE, Targets.SLIPWAY);
        bars.add(atLeast(
                "conv-resnet",
                "images per CPU-second with one in flight, of Triton's 30 on a like machine",
                1,
                results -> results.median(resnet, Metric.PER_CPU_SECOND) / TRITON_RESNET));
        bars.addAll(peers());
        bars.addAll(overhead());
        bars.add(atMost(
                "startup",
                "time to the first answer on JDK 25, of 600 ms",
                1,
                results -> figure(results, "millis") / 600));
        bars.add(atMost(
                "startup", "resident memory on JDK 25, of 250 MiB", 1, results -> figure(results, "mebibytes") / 250));
        return bars;
    }

    private static List<Bar> medium() {
        List<Bar> bars = new ArrayList<>();
        for (String protocol : List.of("tfs-grpc", GRPC)) {
            Series series = new Series("medium", Models.MEDIUM, protocol, STREAMS, Targets.SLIPWAY);
            bars.add(atLeast(
                    "medium",
                    "rows per CPU-second over %s at %s, of the runtime's best".formatted(protocol, STREAMS),
                    0.8,
                    results ->
                            results.median(series, Metric.PER_CPU_SECOND) / results.bestBare("medium", Models.MEDIUM)));
        }
        Series alone = new Series("medium", Models.MEDIUM, GRPC, ALONE, Targets.SLIPWAY);
        bars.add(atMost(
                "medium",
                "median latency with one in flight, of that without batching",
                1.05,
                results -> results.ratio(alone, alone.of(Targets.UNBATCHED), Metric.P50)));
        return bars;
    }

    private static List<Bar> large() {
        List<Bar> bars = new ArrayList<>();
        for (List<String> way : List.of(List.of(GRPC, "4x2"), List.of("oip-binary", "8x1"))) {
            Series series = new Series("large", Models.LARGE, way.get(0), way.get(1), Targets.SLIPWAY);
            bars.add(atLeast(
                    "large",
                    "bytes per CPU-second over %s at %s, of the echo's".formatted(way.get(0), way.get(1)),
                    0.8,
                    results -> results.ratio(series, series.of(Targets.ECHO), Metric.PER_CPU_SECOND)));
        }
        return bars;
    }

    private static List<Bar> overload() {
        Series peak = new Series("overload", Models.DEEP, GRPC, STREAMS, Targets.SLIPWAY);
        Series twice = new Series("overload", Models.DEEP, GRPC, Overload.TWICE, Targets.SLIPWAY);
        double longestMicros = 2 * Scenarios.OVERLOAD_SLO.toNanos() / 1e3;
        return List.of(
                atLeast(
                        "overload",
                        "answers in time per second at twice the peak, of the peak",
                        0.9,
                        results -> results.ratio(twice, peak, Metric.PER_SECOND)),
                atMost(
                        "overload",
                        "p99 of the admitted at twice the peak, of twice the SLO of %d ms"
                                .formatted(Scenarios.OVERLOAD_SLO.toMillis()),
                        1,
                        results -> results.median(twice, Metric.P99) / longestMicros));
    }

    private static List<Bar> convolution(String scenario, String model) {
        List<Bar> bars = new ArrayList<>();
        for (Load load : Scenarios.RISING) {
            Series series = new Series(scenario, model, GRPC, load.title(), Targets.SLIPWAY);
            bars.add(atLeast(
                    scenario,
                    "images per CPU-second at %s, of the bare loop's".formatted(load.title()),
                    0.95,
                    results -> results.median(series, Metric.PER_CPU_SECOND)
                            / results.median(Series.bare(scenario, model, 1), Metric.PER_CPU_SECOND)));
            bars.add(atMost(
                    scenario,
                    "p99 at %s, of that without batching".formatted(load.title()),
                    1.1,
                    results -> results.ratio(series, series.of(Targets.UNBATCHED), Metric.P99)));
        }
        return bars;
    }

    private static List<Bar> peers() {
        List<Bar> bars = new ArrayList<>();
        for (String peer : Targets.PEERS) {
            Series closed = new Series("peers", Models.TINY, REST, "64x1", Targets.SLIPWAY);
            Series equal = new Series("peers", Models.TINY, REST, EqualLoad.EQUAL, Targets.SLIPWAY);
            bars.add(atLeast(
                    "peers",
                    "requests per CPU-second at 64x1, of those of %s".formatted(peer),
                    3,
                    results -> results.ratio(closed, closed.of(peer), Metric.PER_CPU_SECOND)));
            bars.add(atMost(
                    "peers",
                    "p99 at an equal rate, of that of %s".formatted(peer),
                    1,
                    results -> results.ratio(equal, equal.of(peer), Metric.P99)));
        }
        return bars;
    }

    private static List<Bar> overhead() {
        List<Bar> bars = new ArrayList<>();
        for (List<String> way : List.of(List.of("tfs-grpc", STREAMS), List.of(GRPC, STREAMS), List.of(REST, "64x1"))) {
            Series series =
                    new Series(Scenarios.OVERHEAD, Models.TINY, way.get(0), way.get(1), Watching.WATCHED.target());
            bars.add(atLeast(
                    Scenarios.OVERHEAD,
                    "requests per CPU-second over %s at %s with keys, phases and traces, of those without"
                            .formatted(way.get(0), way.get(1)),
                    0.95,
                    results -> results.ratio(series, series.of(Watching.UNWATCHED.target()), Metric.PER_CPU_SECOND)));
        }
        return bars;
    }

    private static double figure(Results results, String unit) {
        return results.figures().getOrDefault(FirstStarts.figure(25, unit), Double.NaN);
    }

    private static Bar atLeast(String scenario, String text, double threshold, ToDoubleFunction<Results> ratio) {
        return new Bar(scenario, text, AT_LEAST, threshold, ratio);
    }

    private static Bar atMost(String scenario, String text, double threshold, ToDoubleFunction<Results> ratio) {
        return new Bar(scenario, text, AT_MOST, threshold, ratio);
    }
}

package dev.slipway.benchmarks.scenario;

import static dev.slipway.benchmarks.report.Bar.Bound.AT_LEAST;
import static dev.slipway.benchmarks.report.Bar.Bound.AT_MOST;

import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.report.Bar;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.List;

/** What the server is to reach in the scenario {@code tiny}. */
final class TinyBars {
    private static final String TINY = "tiny";
    private static final String TFS_GRPC = "tfs-grpc";
    private static final String OIP_GRPC = "oip-grpc";
    private static final String TFS_REST = "tfs-rest";
    private static final String STREAMS = "8x8";
    private static final String CONNECTIONS = "64x1";
    private static final String ALONE = "1x1";

    /** Triton with its ONNX Runtime backend and a service written by hand, on another machine of the kind. */
    private static final double TRITON_GRPC = 24_700;

    private static final double TRITON_GRPC_P50_MICROS = 2_600;
    private static final double TRITON_REST = 43_100;
    private static final double TRITON_REST_P50_MICROS = 1_400;
    private static final double HAND_WRITTEN_REST = 76_900;

    private TinyBars() {}

    static List<Bar> all() {
        List<Bar> bars = new ArrayList<>();
        bars.add(ofCeiling(TFS_GRPC, STREAMS, 0.6));
        bars.add(ofCeiling(OIP_GRPC, STREAMS, 0.6));
        bars.add(ofCeiling(TFS_REST, CONNECTIONS, 0.5));
        for (String protocol : List.of(TFS_GRPC, OIP_GRPC, TFS_REST)) {
            bars.add(latencyAlone(protocol));
        }
        for (String protocol : List.of(TFS_GRPC, OIP_GRPC)) {
            bars.add(anchor(protocol, STREAMS, "Triton's 24,700", 6, TRITON_GRPC));
            bars.add(tail(protocol, STREAMS, "Triton's p50 of 2.6 ms", TRITON_GRPC_P50_MICROS));
        }
        bars.add(anchor(TFS_REST, CONNECTIONS, "Triton's 43,100", 2, TRITON_REST));
        bars.add(anchor(TFS_REST, CONNECTIONS, "a hand-written service's 76,900", 1, HAND_WRITTEN_REST));
        bars.add(tail(TFS_REST, CONNECTIONS, "Triton's p50 of 1.4 ms", TRITON_REST_P50_MICROS));
        return bars;
    }

    private static Series tiny(String protocol, String load) {
        return new Series(TINY, Models.TINY, protocol, load, "slipway");
    }

    private static Bar ofCeiling(String protocol, String load, double threshold) {
        Series series = tiny(protocol, load);
        return new Bar(
                TINY,
                "requests per CPU-second over %s at %s, of the ceiling".formatted(protocol, load),
                AT_LEAST,
                threshold,
                results -> results.median(series, Metric.PER_CPU_SECOND) / results.ceiling(series));
    }

    private static Bar latencyAlone(String protocol) {
        Series series = tiny(protocol, ALONE);
        return new Bar(
                TINY,
                "median latency over %s with one in flight, of the echo's and the model's".formatted(protocol),
                AT_MOST,
                1.5,
                results -> results.median(series, Metric.P50)
                        / (results.median(series.of("echo"), Metric.P50)
                                + results.median(Series.bare(TINY, Models.TINY, 1), Metric.P50)));
    }

    private static Bar anchor(String protocol, String load, String whose, double threshold, double anchor) {
        Series series = tiny(protocol, load);
        return new Bar(
                TINY,
                "requests per CPU-second over %s at %s, of %s on a like machine".formatted(protocol, load, whose),
                AT_LEAST,
                threshold,
                results -> results.median(series, Metric.PER_CPU_SECOND) / anchor);
    }

    private static Bar tail(String protocol, String load, String whose, double micros) {
        Series series = tiny(protocol, load);
        return new Bar(
                TINY,
                "p99.9 over %s at %s, of %s on a like machine".formatted(protocol, load, whose),
                AT_MOST,
                1,
                results -> results.median(series, Metric.P999) / micros);
    }
}

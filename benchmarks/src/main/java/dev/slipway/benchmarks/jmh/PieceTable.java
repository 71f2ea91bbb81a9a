package dev.slipway.benchmarks.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** One line a benchmark: operations a CPU-second, nanoseconds and allocated bytes for each, the ratio to its baseline. */
final class PieceTable {
    private static final String BASELINE = "Baseline";
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String LINE = "%-40s %-12s %14s %10s %16s %11s %12s%n";

    private PieceTable() {}

    /**
     * A line of the table.
     *
     * @param name class and method
     * @param parameters as {@code rows=64}, empty for none
     * @param cpuNanos CPU time of an operation, in nanoseconds, in each iteration
     * @param allocatedBytes by an operation, in each iteration; empty when not counted
     */
    record Line(String name, String parameters, List<Double> cpuNanos, List<Double> allocatedBytes) {
        Line {
            cpuNanos = cpuNanos.stream().sorted().toList();
            allocatedBytes = allocatedBytes.stream().sorted().toList();
        }

        static Line of(RunResult result) {
            BenchmarkParams asked = result.getParams();
            String[] parts = asked.getBenchmark().split("\\.");
            return new Line(
                    parts[parts.length - 2] + "." + parts[parts.length - 1],
                    asked.getParamsKeys().stream()
                            .map(key -> key + "=" + asked.getParam(key))
                            .collect(Collectors.joining(" ")),
                    scores(result, CpuProfiler.CPU_NANOS),
                    scores(result, ALLOCATED));
        }

        private static List<Double> scores(RunResult result, String name) {
            List<Double> scores = new ArrayList<>();
            result.getBenchmarkResults()
                    .forEach(fork -> fork.getIterationResults().forEach(iteration -> {
                        Result<?> score = iteration.getSecondaryResults().get(name);
                        if (score != null) {
                            scores.add(score.getScore());
                        }
                    }));
            return scores;
        }

        String key() {
            return name + " " + parameters;
        }

        String baselineKey() {
            return name + BASELINE + " " + parameters;
        }

        /** NaN when nothing was measured. */
        double medianNanos() {
            return median(cpuNanos);
        }

        private static double median(List<Double> sorted) {
            return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
        }
    }

    static String of(Collection<RunResult> results) {
        return format(results.stream().map(Line::of).toList());
    }

    static String format(List<Line> lines) {
        Map<String, Line> byKey = new HashMap<>();
        lines.forEach(line -> byKey.put(line.key(), line));
        StringBuilder text = new StringBuilder(
                row(LINE, "piece", "", "ops/CPU-s", "CPU ns/op", "from - to", "bytes/op", "of baseline"));
        for (Line line : lines) {
            Line baseline = byKey.get(line.baselineKey());
            double nanos = line.medianNanos();
            text.append(row(
                    LINE,
                    line.name(),
                    line.parameters(),
                    number(1e9 / nanos),
                    number(nanos),
                    line.cpuNanos().isEmpty()
                            ? "-"
                            : number(line.cpuNanos().get(0)) + " - " + number(last(line.cpuNanos())),
                    number(Line.median(line.allocatedBytes())),
                    baseline == null ? "" : row("%.2f", baseline.medianNanos() / nanos)));
        }
        return text.toString();
    }

    private static double last(List<Double> sorted) {
        return sorted.get(sorted.size() - 1);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : row("%,.0f", value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation is Error Prone's, and no dependency here.
    private static String row(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

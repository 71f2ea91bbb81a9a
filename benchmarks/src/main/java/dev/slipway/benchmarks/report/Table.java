package dev.slipway.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as one Markdown table for each scenario. */
public final class Table {
    private static final List<String> HEAD = List.of(
            "model",
            "protocol",
            "load",
            "target",
            "req/s",
            "req/CPU-s",
            "min..max",
            "MB/CPU-s",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "refused",
            "of echo",
            "of bare",
            "of ceiling",
            "generator");

    private static final int PAYLOAD_MIN = 100_000;
    private static final int TEXT_COLUMNS = 4;
    /** From here on the load generator is what is measured. */
    static final double GENERATOR_BUSY_MAX = 0.95;

    private final Results results;

    private Table(Results results) {
        this.results = results;
    }

    /** One table for each scenario, each under its name. */
    public static String of(Results results) {
        Table table = new Table(results);
        StringBuilder text = new StringBuilder();
        results.series().stream().map(Series::scenario).distinct().forEach(scenario -> {
            text.append(text.isEmpty() ? "" : "\n").append(scenario).append("\n\n");
            text.append(table.of(scenario));
        });
        return text.toString();
    }

    private String of(String scenario) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        results.series().stream()
                .filter(series -> series.scenario().equals(scenario))
                .forEach(series -> rows.add(row(series)));
        return aligned(rows);
    }

    private List<String> row(Series series) {
        Statistic perCpu = results.statistic(series, Metric.PER_CPU_SECOND);
        boolean reference = List.of("echo", "bare").contains(series.target());
        double bare = results.median(Series.bare(series.scenario(), series.model(), 1), Metric.PER_CPU_SECOND);
        return List.of(
                series.model(),
                series.protocol(),
                series.load(),
                series.target(),
                count(results.median(series, Metric.PER_SECOND)),
                count(perCpu.median()),
                Double.isNaN(perCpu.min()) ? "" : count(perCpu.min()) + ".." + count(perCpu.max()),
                megabytes(results.payload(series), perCpu.median()),
                millis(results.median(series, Metric.P50)),
                millis(results.median(series, Metric.P99)),
                millis(results.median(series, Metric.P999)),
                refused(results.median(series, Metric.REFUSED_SHARE)),
                reference ? "" : percent(results.ratio(series, series.of("echo"), Metric.PER_CPU_SECOND)),
                reference ? "" : percent(perCpu.median() / bare),
                reference ? "" : percent(perCpu.median() / results.ceiling(series)),
                generator(results.median(series, Metric.GENERATOR_BUSY)));
    }

    private static String count(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value < 1_000 ? "%,.1f" : "%,.0f", value);
    }

    /** Told where requests are large enough for their bytes to matter. */
    private static String megabytes(int payload, double perCpuSecond) {
        return payload < PAYLOAD_MIN || Double.isNaN(perCpuSecond) ? "" : count(payload * perCpuSecond / 1e6);
    }

    private static String millis(double micros) {
        return Double.isNaN(micros) ? "" : String.format(Locale.ROOT, micros < 100 ? "%.4f" : "%.2f", micros / 1_000);
    }

    private static String refused(double share) {
        return Double.isNaN(share) || share == 0 ? "" : percent(share);
    }

    private static String percent(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.0f %%", ratio * 100);
    }

    /** Marked where the load generator may be what bounds the result. */
    private static String generator(double busy) {
        return Double.isNaN(busy) ? "" : percent(busy) + (busy > GENERATOR_BUSY_MAX ? " !" : "");
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < rows.size(); line++) {
            text.append('|');
            for (int column = 0; column < HEAD.size(); column++) {
                text.append(' ').append(padded(rows, line, column)).append(" |");
            }
            text.append('\n');
            if (line == 0) {
                text.append("|---".repeat(TEXT_COLUMNS))
                        .append("|---:".repeat(HEAD.size() - TEXT_COLUMNS))
                        .append("|\n");
            }
        }
        return text.toString();
    }

    private static String padded(List<List<String>> rows, int line, int column) {
        int width =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        String cell = rows.get(line).get(column);
        String padding = " ".repeat(width - cell.length());
        return column < TEXT_COLUMNS ? cell + padding : padding + cell;
    }
}

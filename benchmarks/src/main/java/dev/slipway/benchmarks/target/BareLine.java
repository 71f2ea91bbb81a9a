package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import java.util.List;
import java.util.Locale;

/** The line in which the program {@code bare} tells what it measured. */
public record BareLine(Kind kind, Measurement measurement) {
    private static final String BEGIN = "bare\t";
    private static final int FIELDS = 9;

    /**
     * Which loop it was.
     *
     * @param outputs {@code made} or {@code pinned}
     * @param rows in each call
     */
    public record Kind(String outputs, int rows) {}

    /** Of a loop. */
    public static BareLine of(BareOnnxRuntime.Outputs outputs, int rows, Measurement measurement) {
        return new BareLine(new Kind(outputs.name().toLowerCase(Locale.ROOT), rows), measurement);
    }

    /** Whether {@code line} is such a line, and not a word of a library. */
    public static boolean isOne(String line) {
        return line.startsWith(BEGIN);
    }

    /**
     * Reads what {@link #toString} printed.
     *
     * @throws IllegalArgumentException when it is no such line
     */
    public static BareLine parse(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        if (!isOne(line) || fields.size() != FIELDS) {
            throw new IllegalArgumentException("line '%s' (expected: bare, and %d fields)".formatted(line, FIELDS - 1));
        }
        double[] numbers = fields.subList(3, FIELDS).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new BareLine(
                new Kind(fields.get(1), Integer.parseInt(fields.get(2))),
                new Measurement(
                        (long) numbers[0],
                        new Meter.Span(numbers[1], numbers[2], Double.NaN),
                        new Measurement.Latency(numbers[3], numbers[4], numbers[5]),
                        Measurement.Refusals.NONE));
    }

    /** {@code bare OUTPUTS ROWS requests seconds cpuSeconds p50 p99 p99.9}, separated by tabs. */
    @Override
    public String toString() {
        return BEGIN
                + String.format(
                        Locale.ROOT,
                        "%s\t%d\t%d\t%.6f\t%.6f\t%.3f\t%.3f\t%.3f",
                        kind.outputs,
                        kind.rows,
                        measurement.requests(),
                        measurement.span().seconds(),
                        measurement.span().cpuSeconds(),
                        measurement.latency().p50(),
                        measurement.latency().p99(),
                        measurement.latency().p999());
    }
}

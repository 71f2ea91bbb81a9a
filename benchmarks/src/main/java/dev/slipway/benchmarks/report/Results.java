package dev.slipway.benchmarks.report;

import dev.slipway.benchmarks.load.Measurement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What a run has measured so far, in the order in which it was first measured. Not for several threads. */
public final class Results {
    private final Map<Series, List<Measurement>> samples = new LinkedHashMap<>();
    private final Map<Series, Integer> payloads = new HashMap<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final Set<String> scenarios = new LinkedHashSet<>();
    private int faults;
    private final List<String> notes = new ArrayList<>();

    /** Adds a sample. */
    public void add(Series series, Measurement measurement) {
        samples.computeIfAbsent(series, key -> new ArrayList<>()).add(measurement);
    }

    /** Says how many bytes the body of a request has. */
    public void payload(Series series, int bytes) {
        payloads.put(series, bytes);
    }

    /** Of a request's body; 0 where nobody said. */
    public int payload(Series series) {
        return payloads.getOrDefault(series, 0);
    }

    /** Adds a number that is no sample, such as {@code startup.jdk-25.millis}. */
    public void figure(String name, double value) {
        figures.put(name, value);
    }

    /** Adds a remark: what was left out, and why. */
    public void note(String text) {
        notes.add(text);
    }

    /** Adds a remark about something that should not have happened. */
    public void fault(String text) {
        faults++;
        note(text);
    }

    /** Whether all went as it should. */
    public boolean isSound() {
        return faults == 0;
    }

    /** Says that a scenario was run. */
    public void ran(String scenario) {
        scenarios.add(scenario);
    }

    /** Those that were run, in order. */
    public Set<String> scenarios() {
        return Collections.unmodifiableSet(scenarios);
    }

    /** All series. */
    public List<Series> series() {
        return List.copyOf(samples.keySet());
    }

    /** All figures, by name. */
    public Map<String, Double> figures() {
        return Map.copyOf(figures);
    }

    /** All remarks. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The samples of a series; none for one that wasn't measured. */
    public List<Measurement> samples(Series series) {
        return List.copyOf(samples.getOrDefault(series, List.of()));
    }

    /** A number over all samples of a series. */
    public Statistic statistic(Series series, Metric metric) {
        return Statistic.of(samples(series).stream().map(metric::of).toList());
    }

    /** Its median; {@code NaN} when it wasn't measured. */
    public double median(Series series, Metric metric) {
        return statistic(series, metric).median();
    }

    /** The most rows per CPU-second that the loop around the runtime reached, at any size of batch. */
    public double bestBare(String scenario, String model) {
        return samples.keySet().stream()
                .filter(series -> series.equals(new Series(scenario, model, series.protocol(), series.load(), "bare")))
                .mapToDouble(series -> median(series, Metric.PER_CPU_SECOND))
                .max()
                .orElse(Double.NaN);
    }

    /**
     * Requests per CPU-second when a request costs what it costs the echo, and the model what it costs the loop, one
     * row at a time: both costs added.
     */
    public double ceiling(Series series) {
        double echo = median(series.of("echo"), Metric.PER_CPU_SECOND);
        double bare = median(Series.bare(series.scenario(), series.model(), 1), Metric.PER_CPU_SECOND);
        return 1 / (1 / echo + 1 / bare);
    }

    /**
     * {@code metric} of a series, as a share of another's: the median of the rounds' ratios, so that a machine that is slow
     * for some rounds slows both; the ratio of the medians where one has more samples than the other.
     */
    public double ratio(Series series, Series other, Metric metric) {
        List<Measurement> mine = samples(series);
        List<Measurement> others = samples(other);
        if (mine.size() != others.size() || mine.isEmpty()) {
            return median(series, metric) / median(other, metric);
        }
        return Statistic.of(IntStream.range(0, mine.size())
                        .mapToObj(round -> metric.of(mine.get(round)) / metric.of(others.get(round)))
                        .toList())
                .median();
    }
}

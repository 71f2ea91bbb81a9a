package dev.slipway.benchmarks.report;

import java.util.List;

/**
 * The middle of some values, and how far they lie apart; all {@code NaN} when there are none.
 *
 * @param median the middle value, or the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 */
public record Statistic(double median, double min, double max) {
    /** Of values, of which those that aren't known are left out. */
    public static Statistic of(List<Double> values) {
        List<Double> sorted =
                values.stream().filter(value -> !value.isNaN()).sorted().toList();
        if (sorted.isEmpty()) {
            return new Statistic(Double.NaN, Double.NaN, Double.NaN);
        }
        int size = sorted.size();
        double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
        return new Statistic(median, sorted.get(0), sorted.get(size - 1));
    }
}

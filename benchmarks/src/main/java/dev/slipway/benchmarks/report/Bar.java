package dev.slipway.benchmarks.report;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the server is to reach.
 *
 * @param scenario that measures it
 * @param text what is compared with what
 * @param bound whether the ratio is to be at least or at most the threshold
 * @param threshold of the ratio
 * @param ratio from what was measured; {@code NaN} where that wasn't measured
 */
public record Bar(String scenario, String text, Bound bound, double threshold, ToDoubleFunction<Results> ratio) {
    /** On which side of the threshold the ratio is to be. */
    public enum Bound {
        AT_LEAST,
        AT_MOST
    }

    /** Whether a bar is met. */
    public enum Outcome {
        MET,
        MISSED,
        NOT_MEASURED
    }

    /** A bar beside what was measured. */
    public record Verdict(Bar bar, double ratio) {
        /** Whether it is met. */
        public Outcome outcome() {
            if (Double.isNaN(ratio)) {
                return Outcome.NOT_MEASURED;
            }
            boolean met = bar.bound == Bound.AT_LEAST ? ratio >= bar.threshold : ratio <= bar.threshold;
            return met ? Outcome.MET : Outcome.MISSED;
        }

        /** One line for people. */
        @Override
        public String toString() {
            String word = outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String sign = bar.bound == Bound.AT_LEAST ? ">=" : "<=";
            String found = Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
            return String.format(
                    Locale.ROOT,
                    "%-12s  %-9s  %s: %s (bar: %s %.2f)",
                    word,
                    bar.scenario,
                    bar.text,
                    found,
                    sign,
                    bar.threshold);
        }
    }

    /** Compares with what was measured. */
    public Verdict judge(Results results) {
        return new Verdict(this, ratio.applyAsDouble(results));
    }
}

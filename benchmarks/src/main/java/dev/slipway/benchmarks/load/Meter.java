package dev.slipway.benchmarks.load;

/** Reads the clocks between whose readings a measurement lies. */
public interface Meter {
    /** Knows nothing of processes and cores. */
    Meter NONE = () -> new Reading(System.nanoTime(), Double.NaN, Double.NaN, Double.NaN);

    /** What the clocks say now. */
    Reading read();

    /**
     * Clocks at one time.
     *
     * @param nanos of {@link System#nanoTime}
     * @param cpuSeconds that the target has taken so far; {@code NaN} where it isn't known
     * @param busyTicks that the load generator's core was busy so far; {@code NaN} where it isn't known
     * @param allTicks that the core was there so far, in the same unit
     */
    record Reading(long nanos, double cpuSeconds, double busyTicks, double allTicks) {}

    /**
     * What passed between two readings.
     *
     * @param seconds of wall time
     * @param cpuSeconds that the target took; {@code NaN} where it isn't known
     * @param generatorBusy the share of the time that the load generator's core was busy, 0 to 1; {@code NaN} where it
     *     isn't known
     */
    record Span(double seconds, double cpuSeconds, double generatorBusy) {
        /** What passed from {@code from} to {@code to}. */
        public static Span between(Reading from, Reading to) {
            return new Span(
                    (to.nanos - from.nanos) / 1e9,
                    to.cpuSeconds - from.cpuSeconds,
                    (to.busyTicks - from.busyTicks) / (to.allTicks - from.allTicks));
        }
    }
}

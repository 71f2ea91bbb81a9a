package dev.slipway.benchmarks.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What one run of a load generator found.
 *
 * @param requests answered rightly within the measured time; of a loop around a runtime: rows
 * @param span the measured time
 * @param latency of those, and of those that were answered too late
 * @param refusals what else became of requests
 */
public record Measurement(long requests, Meter.Span span, Latency latency, Refusals refusals) {
    /**
     * Percentiles in microseconds; {@code NaN} where they aren't known.
     *
     * @param p50 median
     * @param p99 of 99 in 100 requests
     * @param p999 of 999 in 1,000 requests
     */
    public record Latency(double p50, double p99, double p999) {
        /** Nobody knows. */
        public static final Latency UNKNOWN = new Latency(Double.NaN, Double.NaN, Double.NaN);

        /** Of a histogram of nanoseconds. */
        public static Latency of(Histogram nanos) {
            return new Latency(
                    micros(nanos.getValueAtPercentile(50)),
                    micros(nanos.getValueAtPercentile(99)),
                    micros(nanos.getValueAtPercentile(99.9)));
        }

        private static double micros(long nanos) {
            return (double) nanos / TimeUnit.MICROSECONDS.toNanos(1);
        }
    }

    /**
     * Requests without a right answer. A closed loop has none: it ends at the first.
     *
     * @param shed refused for want of room: 429, 503, RESOURCE_EXHAUSTED, UNAVAILABLE
     * @param late past their deadline: 504, DEADLINE_EXCEEDED, or answered too late
     */
    public record Refusals(long shed, long late) {
        /** All requests were answered. */
        public static final Refusals NONE = new Refusals(0, 0);
    }

    /** Requests answered per second of wall time. */
    public double perSecond() {
        return requests / span.seconds();
    }

    /** Requests answered per CPU-second of the target. */
    public double perCpuSecond() {
        return requests / span.cpuSeconds();
    }

    /** Of all requests, the share that was refused or late, 0 to 1. */
    public double refusedShare() {
        double refused = refusals.shed + refusals.late;
        return refused / (refused + requests);
    }
}

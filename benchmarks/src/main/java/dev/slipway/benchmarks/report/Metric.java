package dev.slipway.benchmarks.report;

import dev.slipway.benchmarks.load.Measurement;
import java.util.function.ToDoubleFunction;

/** A number that a measurement tells. */
public enum Metric {
    /** Requests, or rows, per second of wall time. */
    PER_SECOND(Measurement::perSecond),
    /** Requests, or rows, per CPU-second of the target's process. */
    PER_CPU_SECOND(Measurement::perCpuSecond),
    /** Median latency, in microseconds. */
    P50(measurement -> measurement.latency().p50()),
    /** Latency of 99 in 100, in microseconds. */
    P99(measurement -> measurement.latency().p99()),
    /** Latency of 999 in 1,000, in microseconds. */
    P999(measurement -> measurement.latency().p999()),
    /** The share of all requests that was refused or late, 0 to 1. */
    REFUSED_SHARE(Measurement::refusedShare),
    /** The share of the time that the load generator's core was busy, 0 to 1. */
    GENERATOR_BUSY(measurement -> measurement.span().generatorBusy());

    private final ToDoubleFunction<Measurement> value;

    Metric(ToDoubleFunction<Measurement> value) {
        this.value = value;
    }

    /** Of one measurement. */
    public double of(Measurement measurement) {
        return value.applyAsDouble(measurement);
    }
}

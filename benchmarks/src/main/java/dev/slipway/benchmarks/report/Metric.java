package dev.slipway.benchmarks.report;

import dev.slipway.benchmarks.load.Measurement;

/** A number that a measurement tells. */
public enum Metric {
    /** Requests, or rows, per second of wall time. */
    PER_SECOND,
    /** Requests, or rows, per CPU-second of the target's process. */
    PER_CPU_SECOND,
    /** Median latency, in microseconds. */
    P50,
    /** Latency of 99 in 100, in microseconds. */
    P99,
    /** Latency of 999 in 1,000, in microseconds. */
    P999,
    /** The share of all requests that was refused or late, 0 to 1. */
    REFUSED_SHARE,
    /** The share of the time that the load generator's core was busy, 0 to 1. */
    GENERATOR_BUSY;

    /** Of one measurement. */
    public double of(Measurement measurement) {
        return switch (this) {
            case PER_SECOND -> measurement.perSecond();
            case PER_CPU_SECOND -> measurement.perCpuSecond();
            case P50 -> measurement.latency().p50();
            case P99 -> measurement.latency().p99();
            case P999 -> measurement.latency().p999();
            case REFUSED_SHARE -> measurement.refusedShare();
            case GENERATOR_BUSY -> measurement.span().generatorBusy();
        };
    }
}

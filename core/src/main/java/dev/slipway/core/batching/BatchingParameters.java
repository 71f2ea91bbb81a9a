package dev.slipway.core.batching;

import java.time.Duration;

/**
 * What somebody asks of the dispatcher for one model. Nothing has to be asked: {@link #LEARNT} leaves all to what is
 * measured.
 *
 * @param joining which requests run together
 * @param queueing how many may wait, for how long, in which order
 * @param latencyObjective from a request's arrival to the end of its run, which batches are kept small for, and beyond
 *     which requests are refused; zero for none
 * @param runsAtOnceMax batches of one version's signature that run at once; 0 for as many as there are cores
 * @param isAdaptive whether requests are refused as soon as more of them are there than the model answers within a few runs
 */
public record BatchingParameters(
        Joining joining, Queueing queueing, Duration latencyObjective, int runsAtOnceMax, boolean isAdaptive) {
    /** Everything by measurement. */
    public static final BatchingParameters LEARNT =
            new BatchingParameters(Joining.LEARNT, Queueing.DEFAULT, Duration.ZERO, 0);

    public BatchingParameters {
        if (latencyObjective.isNegative()) {
            throw new IllegalArgumentException("latencyObjective: %s (expected: >= 0)".formatted(latencyObjective));
        }
        if (runsAtOnceMax < 0) {
            throw new IllegalArgumentException("runsAtOnceMax: %d (expected: >= 0)".formatted(runsAtOnceMax));
        }
    }

    /** Without an adaptive limit. */
    public BatchingParameters(Joining joining, Queueing queueing, Duration latencyObjective, int runsAtOnceMax) {
        this(joining, queueing, latencyObjective, runsAtOnceMax, false);
    }

    boolean hasObjective() {
        return !latencyObjective.isZero();
    }

    /**
     * What a run may cost whose oldest request waited for {@code waitedNanos}: what is left of the objective, but no less
     * than half of it. Runs that became ever smaller because requests wait would make them wait for longer.
     */
    long runNanosMax(long waitedNanos) {
        long objective = latencyObjective.toNanos();
        return Math.max(Math.max(1, objective / 2), objective - waitedNanos);
    }
}

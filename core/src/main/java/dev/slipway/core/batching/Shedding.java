package dev.slipway.core.batching;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether one more request may wait for a signature, and who has to go for it. Every bound is one of what the
 * request's tenant would have to wait for under its share, so that nobody is refused because of what others ask. Guarded by
 * the queue.
 */
final class Shedding {
    /** Of the time to a deadline, what is kept for a run that takes longer than expected: a fifth. */
    private static final int DEADLINE_RESERVE = 5;

    /** When nothing was measured yet, and at least. */
    private static final long RETRY_NANOS_MIN = 1_000_000;

    private final Learnt learnt;
    private final WaitingLine line;
    private final AdaptiveLimit limit = new AdaptiveLimit();

    /** @param line that requests wait in */
    Shedding(Learnt learnt, WaitingLine line) {
        this.learnt = learnt;
        this.line = line;
    }

    AdaptiveLimit limit() {
        return limit;
    }

    /**
     * What holds for a request.
     *
     * @param runsAtOnce batches of the signature
     * @param requestsMax that wait at the request's level
     */
    record Terms(BatchingParameters parameters, int runsAtOnce, int requestsMax) {}

    /**
     * What becomes of a request.
     *
     * @param refusal why it may not wait; null when it may
     * @param pushedOut a request that had waited, and is not in the line any more; null when there is none
     * @param why the one that was pushed out fails with
     */
    record Verdict(
            @Nullable SlipwayException refusal,
            @Nullable Call pushedOut,
            @Nullable SlipwayException why) {
        private static final Verdict WELCOME = new Verdict(null, null, null);

        /** Tells those that failed; not to be called in the queue's monitor. */
        void tell(Dispatcher dispatcher, Call call) {
            if (pushedOut != null && why != null) {
                dispatcher.fail(pushedOut, why);
            }
            if (refusal != null) {
                dispatcher.fail(call, refusal);
            }
        }
    }

    /**
     * Whether {@code call} may wait, at its level.
     *
     * @param rowsRunning of the signature
     */
    Verdict judge(Call call, Terms terms, int rowsRunning, long now) {
        int before = line.rowsBefore(call);
        if (terms.parameters.isAdaptive() && rowsRunning == 0 && line.isEmpty()) {
            limit.cameToNone(now);
        }
        boolean isFull = line.requestsAt(call.level) >= terms.requestsMax;
        if (before == 0 && !isFull) {
            // Who would be next always gets its chance, lest a cost that is overrated is never measured again.
            return Verdict.WELCOME;
        }
        SlipwayException late = late(call, terms, rowsRunning + before, now);
        if (late != null) {
            return new Verdict(late, null, null);
        }
        int inServer = rowsRunning + line.rowsUpTo(call.level);
        boolean isOverLimit = terms.parameters.isAdaptive() && inServer >= limit.rowsMax();
        return isFull || isOverLimit ? crowded(call, terms, isFull, inServer) : Verdict.WELCOME;
    }

    /** Nobody may come but for another. */
    private Verdict crowded(Call call, Terms terms, boolean isFull, int inServer) {
        int waiting = line.requestsAt(call.level);
        Duration retry = Duration.ofNanos(Math.max(RETRY_NANOS_MIN, expectedNanos(terms, inServer)));
        Call pushedOut = line.giveWay(call, !isFull);
        if (pushedOut != null) {
            return new Verdict(
                    null,
                    pushedOut,
                    refused(
                            "it had to make room for who asks less (%d requests wait, most of the same tenant)"
                                    .formatted(waiting),
                            retry));
        }
        if (!isFull && line.isWithinShareOf(limit.rowsMax(), call)) {
            // What the others have are large requests, of which none can go without taking too much from them.
            return Verdict.WELCOME;
        }
        return new Verdict(
                refused(
                        isFull
                                ? "queue is full (%d requests wait)".formatted(waiting)
                                : "overloaded (%d rows are here, adaptive limit: %d)"
                                        .formatted(inServer, limit.rowsMax()),
                        retry),
                null,
                null);
    }

    /**
     * Why it would be too late; null when it would not.
     *
     * @param rowsBefore that run or are run before it, as many batches at once as may be; its own are one run
     */
    private @Nullable SlipwayException late(Call call, Terms terms, int rowsBefore, long now) {
        long expected = expectedNanos(terms, rowsBefore) + learnt.servedNanosPerRow() * call.charge;
        long left = call.deadline().remainingNanos(now);
        long objective = terms.parameters.hasObjective()
                ? terms.parameters.latencyObjective().toNanos()
                : Long.MAX_VALUE;
        if (expected <= Math.min(objective, left - left / DEADLINE_RESERVE)) {
            return null;
        }
        String bound = objective <= left ? "objective" : "deadline";
        long nanos = Math.min(objective, left);
        return refused(
                "%d requests wait, an answer would take about %d ms (%s: %d ms)"
                        .formatted(line.requests(), expected / 1_000_000, bound, nanos / 1_000_000),
                Duration.ofNanos(Math.max(RETRY_NANOS_MIN, expected - nanos)));
    }

    private SlipwayException refused(String why, Duration retry) {
        return SlipwayException.passing(
                ErrorCode.RESOURCE_EXHAUSTED,
                "model '%s': %s".formatted(learnt.id().model(), why),
                retry);
    }

    private long expectedNanos(Terms terms, int rows) {
        return learnt.servedNanosPerRow() * rows / terms.runsAtOnce;
    }
}

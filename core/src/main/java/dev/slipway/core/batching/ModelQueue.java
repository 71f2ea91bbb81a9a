package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests for one signature of one loaded version that wait for a compute thread. Whenever a thread is free for the
 * model, it takes as many of them as should run together, so batches form because the model is busy; only where somebody
 * asked for it does an idle model wait for a batch to fill.
 */
final class ModelQueue {
    /** Of the time to a deadline, what is kept for a run that takes longer than expected: a fifth. */
    private static final int DEADLINE_RESERVE = 5;

    /** When nothing was measured yet, and at least. */
    private static final long RETRY_NANOS_MIN = 1_000_000;

    private final Dispatcher dispatcher;
    private final Learnt learnt;
    private final String model;

    // Guarded by this queue's monitor.
    private final WaitingLine line = new WaitingLine();
    /** Turns that were asked of the compute pool and did not begin yet. */
    private int turnsToCome;

    /** Turns that began and did not end yet. */
    private int turnsBegun;

    /** Of the batches that run. */
    private int rowsRunning;

    private boolean isTimerSet;

    ModelQueue(Dispatcher dispatcher, Learnt learnt) {
        this.dispatcher = dispatcher;
        this.learnt = learnt;
        this.model = learnt.id().model();
    }

    Learnt learnt() {
        return learnt;
    }

    synchronized int waiting() {
        return line.requests();
    }

    /** Has the request run when its turn comes, or fail. */
    void offer(Call call) {
        long now = dispatcher.now();
        call.queue = this;
        List<Call> dead = new ArrayList<>(0);
        SlipwayException refusal;
        boolean wantsTurn = false;
        synchronized (this) {
            // Read in here: who asks for something else looks at this queue afterwards.
            BatchingParameters asked = dispatcher.asked(model);
            int level = asked.queueing().level(call.urgency.priority());
            QueuePolicy policy = asked.queueing().levels().get(level);
            if (line.requestsAt(level) >= policy.requestsMax()) {
                line.purge(asked.queueing(), now, dead);
            }
            refusal = refusal(asked, policy, line.requestsAt(level), call, now);
            if (refusal == null) {
                long timeout = policy.timeoutNanos(call.urgency);
                call.waitsUntilNanos = timeout > 0 ? now + timeout : Long.MAX_VALUE;
                line.add(call, level);
                wantsTurn = wantsTurn(asked, now);
            }
        }
        dead.forEach(dispatcher::failDead);
        if (refusal != null) {
            dispatcher.fail(call, refusal);
            return;
        }
        // Out of the monitor, and perhaps after its run: a call that is not here any more has nothing to leave.
        call.reply.waits(call);
        if (wantsTurn) {
            askForTurn();
        }
    }

    /** Takes a request out that nobody waits for any more: its place and its memory are free at once. */
    void leave(Call call) {
        boolean isOut;
        synchronized (this) {
            isOut = line.takeOut(call);
        }
        if (isOut) {
            dispatcher.failDead(call);
        }
    }

    /** Why one more request is too much; null when it is not. */
    private @Nullable SlipwayException refusal(
            BatchingParameters asked, QueuePolicy policy, int requestsAtLevel, Call call, long now) {
        if (requestsAtLevel >= policy.requestsMax()) {
            return SlipwayException.passing(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "model '%s': queue is full (%d requests wait)".formatted(model, requestsAtLevel),
                    Duration.ofNanos(Math.max(RETRY_NANOS_MIN, expectedNanos(asked, line.rows()))));
        }
        if (line.isEmpty()) {
            // Who would be next always gets its chance, lest a cost that is overrated is never measured again.
            return null;
        }
        long expected = expectedNanos(asked, rowsRunning + line.rows() + call.rows);
        long left = call.deadline().remainingNanos(now);
        long objective = asked.hasObjective() ? asked.latencyObjective().toNanos() : Long.MAX_VALUE;
        if (expected <= Math.min(objective, left - left / DEADLINE_RESERVE)) {
            return null;
        }
        String bound = objective <= left ? "objective" : "deadline";
        long nanos = Math.min(objective, left);
        return SlipwayException.passing(
                ErrorCode.RESOURCE_EXHAUSTED,
                "model '%s': %d requests wait, an answer would take about %d ms (%s: %d ms)"
                        .formatted(model, line.requests(), expected / 1_000_000, bound, nanos / 1_000_000),
                Duration.ofNanos(Math.max(RETRY_NANOS_MIN, expected - nanos)));
    }

    private long expectedNanos(BatchingParameters asked, int rows) {
        return learnt.servedNanosPerRow() * rows / dispatcher.runsAtOnce(asked);
    }

    /** Whether one more thread should come for what waits; it is counted as asked for then. */
    private boolean wantsTurn(BatchingParameters asked, long now) {
        if (turnsToCome >= line.requests() || turnsToCome + turnsBegun >= dispatcher.runsAtOnce(asked)) {
            return false;
        }
        long dueIn = dueInNanos(asked, now);
        if (dueIn > 0) {
            setTimer(dueIn);
            return false;
        }
        turnsToCome++;
        return true;
    }

    /** How long what waits should still wait to be filled up; 0 or less when it is due. */
    private long dueInNanos(BatchingParameters asked, long now) {
        Joining joining = asked.joining();
        boolean isFull = joining.rowsMax() > 0 && line.rows() >= joining.rowsMax();
        if (!joining.waits()
                || isFull
                || !learnt.joins(joining)
                || joining.sizes().preferredWithin(line.rows()) > 0) {
            return 0;
        }
        return joining.waitMax().toNanos() - (now - line.oldestSinceNanos());
    }

    private void setTimer(long nanos) {
        if (!isTimerSet) {
            isTimerSet = true;
            dispatcher.later(Duration.ofNanos(nanos), this::timeIsUp);
        }
    }

    private void timeIsUp() {
        boolean wantsTurn;
        synchronized (this) {
            isTimerSet = false;
            wantsTurn = !line.isEmpty() && wantsTurn(dispatcher.asked(model), dispatcher.now());
        }
        if (wantsTurn) {
            askForTurn();
        }
    }

    /** Looks again at what waits: something else is asked for now. */
    void reconsider() {
        timeIsUp();
    }

    private void askForTurn() {
        try {
            dispatcher.pool().turn(model, this::serve);
        } catch (SlipwayException e) {
            List<Call> left = new ArrayList<>();
            synchronized (this) {
                turnsToCome--;
                line.clear(left);
            }
            left.forEach(call -> dispatcher.fail(call, e));
        }
    }

    /** Runs one batch on this thread, and sees that somebody comes for the rest. */
    private void serve() {
        List<Call> dead = new ArrayList<>(0);
        Batch batch;
        int rowsTaken;
        boolean wantsTurn;
        synchronized (this) {
            turnsToCome--;
            turnsBegun++;
            batch = take(dispatcher.now(), dead);
            rowsTaken = batch == null ? 0 : batch.rows();
            rowsRunning += rowsTaken;
            // Before this batch runs: what is left should not wait for it where another thread is free.
            wantsTurn = !line.isEmpty() && wantsTurn(dispatcher.asked(model), dispatcher.now());
        }
        dead.forEach(dispatcher::failDead);
        if (wantsTurn) {
            askForTurn();
        }
        try {
            if (batch != null) {
                batch.run();
            }
        } finally {
            synchronized (this) {
                turnsBegun--;
                rowsRunning -= rowsTaken;
                wantsTurn = !line.isEmpty() && wantsTurn(dispatcher.asked(model), dispatcher.now());
            }
            if (wantsTurn) {
                askForTurn();
            }
        }
    }

    /** Takes what should run together now; null when nothing is left, or what is left should still be filled up. */
    @SuppressWarnings("ReferenceEquality") // Whether it is the same line is a question of identity.
    private @Nullable Batch take(long now, List<Call> dead) {
        BatchingParameters asked = dispatcher.asked(model);
        Deque<Call> level = line.next(asked.queueing(), now, dead);
        if (level == null || dueInNanos(asked, now) > 0) {
            return null;
        }
        Call first = level.element();
        if (!learnt.joins(asked.joining()) || !first.isJoinable) {
            line.remove(level);
            return batch(List.of(first), line.isEmpty() ? DispatchReason.IDLE : DispatchReason.MISMATCH);
        }
        BatchSizer.Choice choice = choose(asked, first, level, now);
        List<Call> calls = new ArrayList<>();
        DispatchReason reason = choice.reason();
        int rows = 0;
        for (Call call = first; call != null; call = level.peek()) {
            if (!calls.isEmpty() && rows + call.rows > choice.rows()) {
                break;
            } else if (!calls.isEmpty() && !learnt.canJoin(first, call, asked.joining())) {
                reason = DispatchReason.MISMATCH;
                break;
            }
            rows += call.rows;
            calls.add(line.remove(level));
            if (line.next(asked.queueing(), now, dead) != level) {
                reason = line.isEmpty() || rows >= choice.rows() ? reason : DispatchReason.PRIORITY;
                break;
            }
        }
        boolean timedOut = asked.joining().waits() && line.isEmpty() && reason == DispatchReason.IDLE;
        return batch(calls, timedOut ? DispatchReason.TIMEOUT : reason);
    }

    private BatchSizer.Choice choose(BatchingParameters asked, Call first, Deque<Call> level, long now) {
        Joining joining = asked.joining();
        int preferred = joining.sizes().preferredWithin(line.rows());
        if (preferred > 0) {
            return new BatchSizer.Choice(preferred, DispatchReason.SIZE);
        }
        if (joining.waits()) {
            int rows = joining.rowsMax() > 0 ? Math.min(joining.rowsMax(), line.rows()) : line.rows();
            return new BatchSizer.Choice(rows, rows == joining.rowsMax() ? DispatchReason.FULL : DispatchReason.IDLE);
        }
        int rowsMax = joining.rowsMax();
        long nanosMax = Long.MAX_VALUE;
        if (asked.hasObjective()) {
            int kept = learnt.objective().rowsMax();
            rowsMax = rowsMax > 0 ? Math.min(rowsMax, kept) : kept;
            nanosMax = asked.runNanosMax(now - level.element().sinceNanos);
        }
        // The first is the one whose deadline is nearest, as a rule; a longer run would be of no use to it.
        nanosMax = Math.min(nanosMax, Math.max(1, first.deadline().remainingNanos(now)));
        BatchSizer.Choice choice = BatchSizer.choose(
                learnt.curve(first),
                new BatchSizer.Waiting(first.rows, line.rows()),
                new BatchSizer.Bounds(rowsMax, nanosMax),
                now);
        boolean isKeptSmall = choice.reason() == DispatchReason.FULL && rowsMax != joining.rowsMax();
        return isKeptSmall ? new BatchSizer.Choice(choice.rows(), DispatchReason.SLO) : choice;
    }

    private Batch batch(List<Call> calls, DispatchReason reason) {
        return new Batch(dispatcher, learnt, calls, reason, null);
    }
}

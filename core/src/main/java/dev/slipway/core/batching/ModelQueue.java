package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests for one signature of one loaded version that wait for a compute thread. Whenever a thread is free for the
 * model, it takes as many of them as should run together, so batches form because the model is busy; only where somebody
 * asked for it does an idle model wait for a batch to fill.
 */
final class ModelQueue {
    private final Dispatcher dispatcher;
    private final Learnt learnt;
    private final String model;

    // Guarded by this queue's monitor.
    private final WaitingLine line = new WaitingLine();
    private final Shedding shedding;
    /** Turns that were asked of the compute pool and did not begin yet. */
    private int turnsToCome;

    /** Turns that began and did not end yet. */
    private int turnsBegun;

    /** Of the batches that run, as they are charged. */
    private int rowsRunning;

    private boolean isTimerSet;

    ModelQueue(Dispatcher dispatcher, Learnt learnt) {
        this.dispatcher = dispatcher;
        this.learnt = learnt;
        this.model = learnt.id().model();
        this.shedding = new Shedding(learnt, line);
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
        if (call.isDead(now)) {
            dispatcher.failDead(call);
            return;
        }
        call.queue = this;
        List<Call> dead = new ArrayList<>(0);
        Shedding.Verdict verdict;
        boolean wantsTurn = false;
        synchronized (this) {
            // Read in here: who asks for something else looks at this queue afterwards.
            BatchingParameters asked = dispatcher.asked(model);
            int level = asked.queueing().level(call.urgency.priority());
            QueuePolicy policy = asked.queueing().levels().get(level);
            if (line.requestsAt(level) >= policy.requestsMax()) {
                line.purge(asked.queueing(), now, dead);
            }
            call.level = level;
            verdict = shedding.judge(
                    call,
                    new Shedding.Terms(asked, dispatcher.runsAtOnce(asked), policy.requestsMax()),
                    rowsRunning,
                    now);
            if (verdict.refusal() == null) {
                long timeout = policy.timeoutNanos(call.urgency);
                call.waitsUntilNanos = timeout > 0 ? now + timeout : Long.MAX_VALUE;
                line.add(call, level, rowsRunning > 0);
                wantsTurn = wantsTurn(asked, now);
            }
        }
        dead.forEach(dispatcher::failDead);
        verdict.tell(dispatcher, call);
        if (verdict.refusal() != null) {
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
        Batch batch = null;
        try {
            batch = begin();
            if (batch != null) {
                batch.run();
            }
        } finally {
            boolean wantsTurn;
            synchronized (this) {
                turnsBegun--;
                rowsRunning -= batch == null ? 0 : batch.charge();
                wantsTurn = !line.isEmpty() && wantsTurn(dispatcher.asked(model), dispatcher.now());
            }
            if (wantsTurn) {
                askForTurn();
            }
        }
    }

    /** Takes what is to run now, fails what can't, and sees that somebody comes for the rest meanwhile. */
    private @Nullable Batch begin() {
        List<Call> dead = new ArrayList<>(0);
        List<Call> taken = new ArrayList<>();
        Batch batch = null;
        boolean wantsTurn = false;
        Throwable fault = null;
        synchronized (this) {
            turnsToCome--;
            turnsBegun++;
            try {
                long now = dispatcher.now();
                BatchingParameters asked = dispatcher.asked(model);
                batch = take(asked, now, taken, dead);
                int rows = batch == null ? 0 : batch.charge();
                if (batch != null && asked.isAdaptive()) {
                    long nanos = learnt.servedNanosPerRow() * rows;
                    shedding.limit().took(rows, nanos, line.charge(), rowsRunning + rows, now);
                }
                // Before this batch runs: what is left should not wait for it where another thread is free.
                wantsTurn = !line.isEmpty() && wantsTurn(asked, dispatcher.now());
                rowsRunning += rows;
            } catch (RuntimeException | Error e) {
                fault = e;
                batch = null;
                if (taken.isEmpty()) {
                    // Else the next turn would meet with the same.
                    line.clear(taken);
                }
            }
        }
        dead.forEach(dispatcher::failDead);
        if (fault != null) {
            SlipwayException error = Dispatcher.asSlipwayException(learnt.id(), fault);
            taken.forEach(call -> dispatcher.fail(call, error));
        }
        if (wantsTurn) {
            askForTurn();
        }
        return batch;
    }

    /** Takes what should run together now into {@code calls}; null when nothing is left, or should still be filled up. */
    @SuppressWarnings("ReferenceEquality") // Whether it is the same line is a question of identity.
    private @Nullable Batch take(BatchingParameters asked, long now, List<Call> calls, List<Call> dead) {
        SharedLine level = line.next(asked.queueing(), now, dead);
        Call first = level == null ? null : level.peek();
        if (level == null || first == null || dueInNanos(asked, now) > 0) {
            return null;
        }
        if (!learnt.joins(asked.joining()) || !first.isJoinable) {
            calls.add(line.take(level));
            return batch(calls, line.isEmpty() ? DispatchReason.IDLE : DispatchReason.MISMATCH);
        }
        BatchSizer.Choice choice = choose(asked, first, now);
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
            calls.add(line.take(level));
            if (line.next(asked.queueing(), now, dead) != level) {
                reason = line.isEmpty() || rows >= choice.rows() ? reason : DispatchReason.PRIORITY;
                break;
            }
        }
        boolean timedOut = asked.joining().waits() && line.isEmpty() && reason == DispatchReason.IDLE;
        return batch(calls, timedOut ? DispatchReason.TIMEOUT : reason);
    }

    private BatchSizer.Choice choose(BatchingParameters asked, Call first, long now) {
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
            nanosMax = asked.runNanosMax(now - first.sinceNanos);
        }
        CostCurve curve = learnt.curve(first);
        long left = first.deadline().remainingNanos(now);
        if (left >= curve.nanos(first.rows)) {
            // The first is the one whose deadline is nearest, as a rule; a longer run would be of no use to it.
            // Where it is late even alone, a shorter one would be of no use to anybody.
            nanosMax = Math.min(nanosMax, left);
        }
        if (line.isShared(now)) {
            nanosMax = Math.min(nanosMax, BatchSizer.sharedNanosMax(curve, first.rows, now));
        }
        BatchSizer.Choice choice = BatchSizer.choose(
                curve, new BatchSizer.Waiting(first.rows, line.rows()), new BatchSizer.Bounds(rowsMax, nanosMax), now);
        boolean isKeptSmall = choice.reason() == DispatchReason.FULL && rowsMax != joining.rowsMax();
        return isKeptSmall ? new BatchSizer.Choice(choice.rows(), DispatchReason.SLO) : choice;
    }

    private Batch batch(List<Call> calls, DispatchReason reason) {
        return new Batch(dispatcher, learnt, calls, reason, null);
    }
}

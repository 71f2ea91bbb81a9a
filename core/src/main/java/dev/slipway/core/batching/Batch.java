package dev.slipway.core.batching;

import dev.slipway.api.Deadline;
import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests that run together, on the thread that calls {@link #run}: joined, run, taken apart and answered. */
final class Batch {
    private final Dispatcher dispatcher;
    private final Learnt learnt;
    private final List<Call> calls;
    private final DispatchReason reason;
    private final @Nullable LoopCpu loop;
    private final int rows;
    private final int charge;
    private long runNanos;

    /**
     * @param calls at least one; if several, of inputs that fit each other
     * @param loop of the event loop that runs them; null on a compute thread
     */
    Batch(Dispatcher dispatcher, Learnt learnt, List<Call> calls, DispatchReason reason, @Nullable LoopCpu loop) {
        this.dispatcher = dispatcher;
        this.learnt = learnt;
        this.calls = calls;
        this.reason = reason;
        this.loop = loop;
        int rowsSum = 0;
        int chargeSum = 0;
        for (int i = 0; i < calls.size(); i++) {
            rowsSum += calls.get(i).rows;
            chargeSum += calls.get(i).charge;
        }
        this.rows = rowsSum;
        this.charge = chargeSum;
    }

    /** Rows that it is reckoned at. */
    int charge() {
        return charge;
    }

    /** Answers or fails every request; throws nothing. */
    void run() {
        BatchingParameters asked = dispatcher.asked(learnt.id().model());
        Call first = calls.get(0);
        if (loop == null && calls.size() == 1 && first.isJoinable && learnt.wantsProof(asked.joining())) {
            runAndProbe(asked, first);
        } else {
            run(asked);
        }
    }

    private void run(BatchingParameters asked) {
        long start = dispatcher.now();
        if (loop != null) {
            loop.begin(start);
        }
        long end = start;
        Call first = calls.get(0);
        Joining joining = asked.joining();
        // Where rows may depend on each other, padding or parts would change the answer.
        boolean joins = first.isJoinable && learnt.joins(joining);
        boolean isLarge = joins && joining.isLarge(rows);
        int paddedRows = joins ? joining.sizes().padded(rows) : rows;
        int paddingRows = isLarge ? joining.paddingOfParts(rows) : paddedRows - rows;
        boolean isPlain = calls.size() == 1 && paddedRows == rows;
        boolean isAnswered = false;
        try (InferenceResult result = isLarge && calls.size() == 1
                ? LargeRun.run(servable(), learnt.signature(), first.request, rows, joining)
                : isPlain ? servable().run(first.request) : runJoined(joining, paddedRows)) {
            end = dispatcher.now();
            learnt.curve(first).record(charge, end - start, end);
            List<Answer> answers =
                    isPlain ? List.of(answer(result.outputs())) : takenApart(result.outputs(), paddedRows);
            if (loop != null) {
                judge(loop, end - start, end);
            }
            told(start, end, paddingRows, ErrorCode.OK);
            isAnswered = true;
            for (int i = 0; i < answers.size(); i++) {
                dispatcher.answer(calls.get(i), answers.get(i), end - start);
            }
        } catch (RuntimeException | Error e) {
            SlipwayException error = Dispatcher.asSlipwayException(learnt.id(), e);
            if (!isAnswered) {
                end = dispatcher.now();
                told(start, end, paddingRows, error.code());
                if (loop != null) {
                    judge(loop, end - start, end);
                }
                // It got there, however short that was.
                failed(asked, error, Math.max(1, end - start));
                return;
            }
        }
        ended(asked, start, end);
        // Not before the result is closed: the last handle of a retired version lets that be unloaded.
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).handle.close();
        }
    }

    /** The row is copied before the run, and tried after it: the request's own answer comes first. */
    private void runAndProbe(BatchingParameters asked, Call call) {
        RowTrust trust = learnt.trust();
        if (!trust.beginProbe()) {
            run(asked);
            return;
        }
        boolean isRun = false;
        try (Handle again = call.handle.again()) {
            RowProbe probe = new RowProbe(learnt.signature(), call);
            isRun = true;
            run(asked);
            Map<String, Tensor> other = RowNeighbour.of(probe.row(), trust.replaceSeen(probe.row()));
            if (other == null) {
                trust.postponed();
            } else {
                trust.probed(probe.run(again.servable(), other, dispatcher.now()));
            }
        } catch (RuntimeException | Error e) {
            trust.abandoned();
            if (!isRun) {
                run(asked);
            }
        }
    }

    private Servable servable() {
        return calls.get(0).handle.servable();
    }

    private Answer answer(Map<String, Tensor> outputs) {
        return new Answer(learnt.id(), learnt.signature(), outputs);
    }

    private InferenceResult runJoined(Joining joining, int paddedRows) {
        List<Map<String, Tensor>> inputs = new ArrayList<>(calls.size());
        long latest = calls.get(0).deadline().nanoTime();
        for (int i = 0; i < calls.size(); i++) {
            InferenceRequest request = calls.get(i).request;
            inputs.add(request.inputs());
            // One that gives up early must not end the run of the others.
            latest = request.deadline().nanoTime() - latest > 0
                    ? request.deadline().nanoTime()
                    : latest;
        }
        InferenceRequest first = calls.get(0).request;
        Map<String, Tensor> joined = dispatcher
                .rowJoin()
                .join(learnt.signature(), inputs, paddedRows, joining.sizes().padsShapes());
        return servable().run(new InferenceRequest(first.target(), joined, first.outputs(), new Deadline(latest)));
    }

    private List<Answer> takenApart(Map<String, Tensor> outputs, int paddedRows) {
        RowSplit split = new RowSplit(outputs, paddedRows);
        List<Answer> answers = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            answers.add(answer(split.next(calls.get(i).rows)));
        }
        return answers;
    }

    /** A batch that failed is run again in halves, until the request that is to blame is alone. */
    private void failed(BatchingParameters asked, SlipwayException error, long nanos) {
        if (calls.size() == 1) {
            dispatcher.fail(calls.get(0), error, nanos);
        } else if (error.code() == ErrorCode.DEADLINE_EXCEEDED) {
            calls.forEach(call -> dispatcher.fail(call, error, nanos));
        } else {
            int middle = calls.size() / 2;
            runAgain(asked, calls.subList(0, middle));
            runAgain(asked, calls.subList(middle, calls.size()));
        }
    }

    private void runAgain(BatchingParameters asked, List<Call> half) {
        long now = dispatcher.now();
        List<Call> left = new ArrayList<>(half.size());
        for (Call call : half) {
            if (call.isDead(now)) {
                dispatcher.failDead(call);
            } else {
                left.add(call);
            }
        }
        if (!left.isEmpty()) {
            Batch again = new Batch(dispatcher, learnt, left, reason, loop);
            again.run(asked);
            runNanos += again.runNanos;
        }
    }

    /** Nanoseconds that the model took, over all runs. */
    long runNanos() {
        return runNanos;
    }

    private void judge(LoopCpu cpu, long nanos, long now) {
        runNanos += nanos;
        if (nanos <= LoopGate.OVERRUN_NANOS) {
            learnt.gate().ranOnLoop();
        } else {
            learnt.gate().overran(cpu.nanos() > LoopGate.OVERRUN_NANOS, now);
        }
    }

    private void told(long start, long end, int paddingRows, ErrorCode code) {
        learnt.count(reason);
        long waited = 0;
        long longest = 0;
        for (int i = 0; i < calls.size(); i++) {
            long each = start - calls.get(i).sinceNanos;
            waited += each;
            longest = Math.max(longest, each);
        }
        Dispatch dispatch = new Dispatch(
                learnt.id(),
                learnt.signature().name(),
                reason,
                new Dispatch.Batch(calls.size(), rows, paddingRows, loop != null),
                new Dispatch.Times(longest, end - start, waited),
                code);
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).reply.ran(dispatch, start - calls.get(i).sinceNanos);
        }
        dispatcher.told(dispatch);
    }

    private void ended(BatchingParameters asked, long start, long end) {
        long now = dispatcher.now();
        learnt.costs().recordReplies(rows, now - end, now);
        if (loop != null) {
            // Each answer has to be written on this loop anyway; only one that takes long by itself is too much.
            if ((now - end) / calls.size() > LoopGate.OVERRUN_NANOS) {
                learnt.gate().overran(loop.nanos() / calls.size() > LoopGate.OVERRUN_NANOS, now);
            }
            return;
        }
        // Of many rows that took long nothing follows for the few that the loop would run.
        if (end - start <= LoopGate.OVERRUN_NANOS || learnt.isLoopSized(calls.get(0), charge)) {
            learnt.gate().ranElsewhere(calls.size(), end - start);
        }
        learnt.served(charge, now - start, now);
        // One request by itself could not have been a smaller batch.
        if (asked.hasObjective() && calls.size() > 1) {
            learnt.objective().ended(rows, end - start, asked.runNanosMax(start - calls.get(0).sinceNanos));
        }
    }
}

package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The requests that one read turn of one event loop brought for models that are small enough to run there. At the end
 * of the turn they run, those for one model as one batch. For the loop's thread alone.
 */
final class LoopTurn {
    private final Dispatcher dispatcher;
    private final LoopCpu cpu;
    private final Runnable end = this::end;
    /** A few at most. */
    private final List<Group> groups = new ArrayList<>();

    private boolean isPlanned;
    /** What models took in this turn; writing the answers has to be done on the loop anyway. */
    private long runNanos;

    private static final class Group {
        final ModelQueue queue;
        final List<Call> calls = new ArrayList<>();

        Group(ModelQueue queue) {
            this.queue = queue;
        }
    }

    LoopTurn(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
        this.cpu = new LoopCpu(dispatcher);
    }

    /** @param turn runs a task at the end of the loop's present turn */
    void add(ModelQueue queue, Call call, Executor turn) {
        group(queue).calls.add(call);
        if (!isPlanned) {
            isPlanned = true;
            turn.execute(end);
        }
    }

    private Group group(ModelQueue queue) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).queue == queue) {
                return groups.get(i);
            }
        }
        Group group = new Group(queue);
        groups.add(group);
        return group;
    }

    private void end() {
        isPlanned = false;
        runNanos = 0;
        // Answering may bring further requests, of a client that pipelines: they are for the next turn.
        List<Group> ready = List.copyOf(groups);
        groups.clear();
        for (Group group : ready) {
            run(group);
        }
    }

    private void run(Group group) {
        Learnt learnt = group.queue.learnt();
        List<Call> calls = group.calls;
        int at = 0;
        while (at < calls.size()) {
            long now = dispatcher.now();
            if (runNanos > LoopGate.TURN_NANOS_MAX || !learnt.gate().isOpen()) {
                break;
            } else if (calls.get(at).isDead(now)) {
                dispatcher.failDead(calls.get(at++));
            } else {
                at += runNext(learnt, calls.subList(at, calls.size()), now);
            }
        }
        for (Call call : calls.subList(at, calls.size())) {
            group.queue.offer(call);
        }
    }

    /** Runs the first of {@code calls} and those that should run with it; returns how many that were. */
    private int runNext(Learnt learnt, List<Call> calls, long now) {
        Call first = calls.get(0);
        Joining joining = dispatcher.asked(learnt.id().model()).joining();
        if (calls.size() == 1 || !first.isJoinable || !learnt.joins(joining)) {
            DispatchReason reason = calls.size() == 1 ? DispatchReason.IDLE : DispatchReason.MISMATCH;
            run(new Batch(dispatcher, learnt, List.of(first), reason, cpu));
            return 1;
        }
        int all = 0;
        for (int i = 0; i < calls.size(); i++) {
            all += calls.get(i).rows;
        }
        BatchSizer.Choice choice = BatchSizer.choose(
                learnt.curve(first),
                new BatchSizer.Waiting(first.rows, all),
                new BatchSizer.Bounds(joining.rowsMax(), LoopGate.RUN_NANOS_MAX),
                now);
        // What bounds it here is the loop's time, not anybody's objective.
        DispatchReason reason = choice.reason() == DispatchReason.SLO ? DispatchReason.SIZE : choice.reason();
        int count = 1;
        int rows = first.rows;
        while (count < calls.size() && rows + calls.get(count).rows <= choice.rows()) {
            Call next = calls.get(count);
            if (next.isDead(now) || !learnt.canJoin(first, next, joining)) {
                reason = DispatchReason.MISMATCH;
                break;
            }
            rows += next.rows;
            count++;
        }
        run(new Batch(dispatcher, learnt, calls.subList(0, count), reason, cpu));
        return count;
    }

    private void run(Batch batch) {
        batch.run();
        runNanos += batch.runNanos();
    }
}

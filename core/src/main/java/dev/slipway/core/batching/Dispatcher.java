package dev.slipway.core.batching;

import static dev.slipway.api.ErrorCode.CANCELLED;
import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.OK;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.ServingMap;
import dev.slipway.core.Timer;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a request runs, when, and with which others, by what runs of its model have cost so far. A model of a
 * few microseconds runs on the event loop that brought the request, all requests of one read turn as one batch; others
 * run on the {@link ComputePool}, where batches form while the model is busy, as large as pays. Thread-safe.
 */
public final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    /** Memory for joined rows that a thread may keep. */
    private static final long JOIN_BYTES_KEPT = 16L << 20;

    private final ServingMap map;
    private final ComputePool pool;
    private final Listeners listeners;
    private final Timer timer;
    private final LongSupplier clock;
    private final LongSupplier threadCpuClock;
    private final ThreadLocal<LoopTurn> turns = ThreadLocal.withInitial(() -> new LoopTurn(this));
    private final ThreadLocal<RowJoin> joins = ThreadLocal.withInitial(RowJoin::new);
    private volatile BatchingConfig config = BatchingConfig.LEARNT;

    /**
     * @param map whose servables' queues {@link #states()} tells of
     * @param pool where requests run that do not run on an event loop
     * @param listeners told of each run and each request's end
     * @param timer where batches wait to be filled, if that is asked for
     */
    public Dispatcher(ServingMap map, ComputePool pool, Listeners listeners, Timer timer) {
        this(map, pool, listeners, timer, new Clocks(System::nanoTime, Clocks.countedByTheJvm()));
    }

    /** As above, by other clocks. */
    Dispatcher(ServingMap map, ComputePool pool, Listeners listeners, Timer timer, Clocks clocks) {
        this.map = map;
        this.pool = pool;
        this.listeners = listeners;
        this.timer = timer;
        this.clock = clocks.wall();
        this.threadCpuClock = clocks.threadCpu();
    }

    /** Replaces what is asked; it holds at once, also for requests that wait. */
    public void configure(BatchingConfig next) {
        config = next;
        forEachQueue(ModelQueue::reconsider);
    }

    /**
     * Has a request run, and does not wait for it; what is wrong with it is told before this returns.
     *
     * @param handle the servable, which is closed after the reply
     * @param urgency its place in the line
     * @param turn runs a task on this thread at the end of the read turn that brought the request; null when this
     *     thread is no event loop
     */
    public void submit(Handle handle, InferenceRequest request, Urgency urgency, Reply reply, @Nullable Executor turn) {
        ModelQueue queue;
        Call call;
        try {
            Signature signature =
                    InferenceService.signature(handle, request.target().signature());
            signature.check(request.inputs(), request.outputs());
            queue = queues(handle).of(this, handle, signature);
            int rows = queue.learnt().layout().rows(request.inputs());
            call = new Call(handle, request, reply, rows, now());
            call.urgency = urgency;
            if (rows < 0) {
                call.charge = Call.chargeOf(queue.learnt().layout().rowsMost(request.inputs()));
            }
            requireAllowed(queue, call);
        } catch (RuntimeException | Error e) {
            fail(new Call(handle, request, reply, 1, now()), asSlipwayException(handle.id(), e));
            return;
        }
        if (turn != null && queue.learnt().fitsLoop(call, asked(handle.id().model()))) {
            turns.get().add(queue, call, turn);
        } else {
            queue.offer(call);
        }
    }

    private void requireAllowed(ModelQueue queue, Call call) {
        Joining joining = asked(call.handle.id().model()).joining();
        if (joining.rowsMax() > 0 && call.rows > joining.rowsMax() && call.isJoinable && !joining.splitsLarge()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "model '%s': the request has %d rows (expected: at most %d, as its batching parameters say)"
                            .formatted(queue.learnt().id(), call.rows, joining.rowsMax()));
        }
    }

    /** What the dispatcher has learnt of all that was called and is served, by model, version and signature. */
    public List<DispatchState> states() {
        List<DispatchState> states = new ArrayList<>();
        forEachQueue(queue ->
                states.add(queue.learnt().state(asked(queue.learnt().id().model()), queue.waiting())));
        states.sort(Comparator.comparing((DispatchState state) -> state.id().model())
                .thenComparingLong(state -> state.id().version())
                .thenComparing(DispatchState::signature));
        return states;
    }

    /** Requests that wait for their run, over all that is served. */
    public int waiting() {
        int[] sum = new int[1];
        forEachQueue(queue -> sum[0] += queue.waiting());
        return sum[0];
    }

    private void forEachQueue(Consumer<ModelQueue> action) {
        for (Handle handle : map.borrowAll()) {
            try (handle) {
                queues(handle).all().forEach(action);
            }
        }
    }

    /** What is kept beside a servable is this object's alone. */
    private static ServableQueues queues(Handle handle) {
        return (ServableQueues) handle.companion(ServableQueues::new);
    }

    long now() {
        return clock.getAsLong();
    }

    /** Nanoseconds for which this thread has had a core. */
    long threadCpu() {
        return threadCpuClock.getAsLong();
    }

    ComputePool pool() {
        return pool;
    }

    BatchingParameters asked(String model) {
        return config.of(model);
    }

    /** Batches of one model that may run at once on compute threads. */
    int runsAtOnce(BatchingParameters asked) {
        return asked.runsAtOnceMax() > 0 ? Math.min(asked.runsAtOnceMax(), pool.cores()) : pool.cores();
    }

    void later(Duration delay, Runnable task) {
        timer.schedule(delay, task);
    }

    /** This thread's own, for one join at a time. */
    RowJoin rowJoin() {
        RowJoin join = joins.get();
        if (join.capacityBytes() > JOIN_BYTES_KEPT) {
            join = new RowJoin();
            joins.set(join);
        }
        return join;
    }

    void told(Dispatch dispatch) {
        listeners.dispatched(dispatch);
    }

    /** Hands an answer over; the caller closes the handle once it has given back what the answer reads. */
    void answer(Call call, Answer answer, long runNanos) {
        try {
            listeners.requestEnded(call.handle.id(), OK, runNanos);
            call.reply.answered(answer);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an answer of " + call.handle.id() + " could not be handed over", e);
        }
    }

    /** Hands the error of a request that was not run over, and closes the handle. */
    void fail(Call call, SlipwayException error) {
        fail(call, error, 0);
    }

    /**
     * Hands an error over, and closes the handle.
     *
     * @param runNanos in the servable; 0 when it never got there
     */
    void fail(Call call, SlipwayException error, long runNanos) {
        try (Handle handle = call.handle) {
            listeners.requestEnded(handle.id(), error.code(), runNanos);
            call.reply.failed(error);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an error of " + call.handle.id() + " could not be handed over", e);
        }
    }

    /** Fails a request that is not worth running any more. */
    void failDead(Call call) {
        ServableId id = call.handle.id();
        // Whose deadline has passed was answered that by the transport, and counts as cancelled since then.
        if (call.reply.isCancelled() && !call.deadline().isExpired(now())) {
            fail(call, new SlipwayException(CANCELLED, "model '%s': the client is gone".formatted(id)));
        } else {
            long waitedMillis = (now() - call.sinceNanos) / 1_000_000;
            fail(
                    call,
                    new SlipwayException(
                            DEADLINE_EXCEEDED,
                            "model '%s': the request waited %d ms and was not run: its %s has passed"
                                    .formatted(
                                            id, waitedMillis, call.isOverdue(now()) ? "queue's timeout" : "deadline")));
        }
    }

    static SlipwayException asSlipwayException(ServableId id, Throwable e) {
        if (e instanceof SlipwayException known) {
            return known;
        } else if (e instanceof OutOfMemoryError) {
            return new SlipwayException(RESOURCE_EXHAUSTED, "model '%s': %s".formatted(id, e.getMessage()), e);
        }
        LOG.log(Level.ERROR, "a run of " + id + " failed unexpectedly", e);
        return new SlipwayException(INTERNAL, "model '%s': unexpected: %s".formatted(id, e), e);
    }
}

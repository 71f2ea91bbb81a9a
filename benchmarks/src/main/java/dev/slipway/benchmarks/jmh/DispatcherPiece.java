package dev.slipway.benchmarks.jmh;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.batching.Urgency;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A request's way through the core, without network: borrow, check, dispatch, run, reply, close. An operation is a
 * request of one row. Where a run has a cost of its own, the requests of one read turn run as one batch: their rows are
 * joined, and their outputs taken apart.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class DispatcherPiece extends Piece {
    private static final int FEW = 8;
    private static final int MANY = 64;

    /** Requests after which a model of little cost must have come to the event loop. */
    private static final int LEARNING_REQUESTS_MAX = 10_000;

    /** What a run costs beside its rows, in units of about 2 ns: with none, joining rows does not pay. */
    @Param({"0", "1000"})
    public int tokens;

    private ServedModels served;
    private ComputePool pool;
    private InferenceService service;
    private Dispatcher dispatcher;
    private String name;
    private InferenceRequest request;
    private final Replies replies = new Replies();
    private final Queue<Runnable> turnEnd = new ArrayDeque<>();

    @Setup
    @SuppressWarnings("ReferenceEquality") // Whether it was this thread is a question of identity.
    public void serve() {
        served = new ServedModels(1, tokens);
        pool = new ComputePool(1, MANY);
        service = served.service();
        dispatcher = served.dispatcher(pool);
        name = ServedModels.name(0);
        request = ServedModels.request(name);
        int requests = 0;
        do {
            turn(1);
            if (++requests > LEARNING_REQUESTS_MAX) {
                throw new IllegalStateException("the model does not run on the loop after %d requests (found: %s)"
                        .formatted(LEARNING_REQUESTS_MAX, dispatcher.states()));
            }
        } while (replies.answeredBy() != Thread.currentThread());
    }

    @TearDown
    public void close() {
        served.close();
        pool.close();
    }

    /** As an event loop does whose read turn brings one request. */
    @Benchmark
    public void turnOf1() {
        turn(1);
    }

    /** The same request without a dispatcher. */
    @Benchmark
    public Tensor turnOf1Baseline() {
        try (Handle handle = service.borrow(name, VersionChoice.LATEST);
                Answer answer = service.run(handle, request)) {
            return answer.outputs().values().iterator().next();
        }
    }

    @Benchmark
    @OperationsPerInvocation(FEW)
    public void turnOf8() {
        turn(FEW);
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public void turnOf64() {
        turn(MANY);
    }

    /** Handed over to a compute thread, as requests of dearer models are; that many in flight. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public void poolOf64() {
        submit(MANY, null);
        replies.await();
    }

    private void turn(int requests) {
        submit(requests, turnEnd::add);
        for (Runnable task = turnEnd.poll(); task != null; task = turnEnd.poll()) {
            task.run();
        }
        replies.await();
    }

    private void submit(int requests, @Nullable Executor turn) {
        replies.expect(requests);
        for (int at = 0; at < requests; at++) {
            dispatcher.submit(service.borrow(name, VersionChoice.LATEST), request, Urgency.DEFAULT, replies, turn);
        }
    }
}

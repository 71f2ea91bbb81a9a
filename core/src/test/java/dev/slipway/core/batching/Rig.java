package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServingListener;
import dev.slipway.api.Shape;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ManualTimer;
import dev.slipway.core.StateLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A dispatcher with all that it needs, on a clock that stands still unless runs cost something or the test turns it. */
final class Rig implements AutoCloseable {
    static final Duration LONG = Duration.ofDays(1);

    final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    /** Of the clock's time, what threads spent without a core. */
    final AtomicLong stolen = new AtomicLong();

    final ManualTimer timer = new ManualTimer();
    final List<Dispatch> dispatches = new CopyOnWriteArrayList<>();
    final Manager manager;
    final Dispatcher dispatcher;
    final ComputePool pool;
    /** Stands for an event loop: what is to be done at the end of the turn. */
    final Queue<Runnable> turn = new ArrayDeque<>();

    private final StateLog log = new StateLog();
    private final Map<String, RowsModel> models = new HashMap<>();
    private final List<Gate> gates = new ArrayList<>();
    private float next = 1;

    /** With one compute thread, so that what runs first is known. */
    Rig() {
        this(1);
    }

    Rig(int cores) {
        manager = new Manager(ManagerOptions.defaults(List.of(log)));
        pool = new ComputePool(cores, 1_000);
        ServingListener listener = new ServingListener() {
            @Override
            public void dispatched(Dispatch dispatch) {
                dispatches.add(dispatch);
            }
        };
        dispatcher = new Dispatcher(
                manager.map(),
                pool,
                new Listeners(List.of(listener)),
                timer,
                new Clocks(clock::get, () -> clock.get() - stolen.get()));
    }

    /** Loads a model, as version 1. */
    RowsModel serve(String name) {
        RowsModel model = new RowsModel(clock);
        serve(name, model, 1);
        return model;
    }

    /** Loads a version, and waits until it is there. */
    void serve(String name, RowsModel model, long version) {
        models.put(name, model);
        manager.aspire(new AspiredVersions(name, List.of(model.wish(version))));
        log.await(name, version, VersionState.AVAILABLE);
    }

    /** Waits until a version is unloaded. */
    void awaitEnd(String name, long version) {
        log.await(name, version, VersionState.ENDED);
    }

    /** Asks the same of all models. */
    void ask(BatchingParameters asked) {
        dispatcher.configure(new BatchingConfig(asked, Map.of()));
    }

    /** Rows that no other request has. */
    Asked request(int count) {
        float[][] rows = new float[count][2];
        for (float[] row : rows) {
            row[0] = next;
            row[1] = next * 7 % 11;
            next++;
        }
        return new Asked(rows);
    }

    Asked submit(String model, int rows) {
        return submit(model, request(rows));
    }

    List<Asked> submit(String model, int... rows) {
        List<Asked> all = new ArrayList<>();
        for (int each : rows) {
            all.add(submit(model, each));
        }
        return all;
    }

    Asked submit(String model, Asked asked) {
        return submit(model, asked, LONG, Urgency.DEFAULT, null);
    }

    Asked submit(String model, Asked asked, Duration timeout) {
        return submit(model, asked, timeout, Urgency.DEFAULT, null);
    }

    Asked submit(String model, Asked asked, Urgency urgency) {
        return submit(model, asked, LONG, urgency, null);
    }

    /** As from an event loop in its turn. */
    Asked submitOnLoop(String model, Asked asked) {
        return submit(model, asked, LONG, Urgency.DEFAULT, turn::add);
    }

    Asked submitOnLoop(String model, int rows) {
        return submitOnLoop(model, request(rows));
    }

    Asked submit(String model, Asked asked, Duration timeout, Urgency urgency, @Nullable Executor loop) {
        Handle handle = manager.map().tryBorrow(model, VersionChoice.LATEST);
        if (handle == null) {
            throw new AssertionError("model '" + model + "' is not served");
        }
        Target target = new Target(model, VersionChoice.LATEST, "");
        Deadline deadline = Deadline.after(timeout, clock.get());
        dispatcher.submit(
                handle,
                new InferenceRequest(target, Map.of("x", tensor(asked.rows)), List.of(), deadline),
                urgency,
                asked,
                loop);
        return asked;
    }

    /** A request that nobody has offered, for what needs no more; it holds no version. */
    Call call(String model, int rows) {
        Handle handle = manager.map().tryBorrow(model, VersionChoice.LATEST);
        if (handle == null) {
            throw new AssertionError("model '" + model + "' is not served");
        }
        try (handle) {
            Asked asked = request(rows);
            InferenceRequest request = new InferenceRequest(
                    new Target(model, VersionChoice.LATEST, ""),
                    Map.of("x", tensor(asked.rows)),
                    List.of(),
                    Deadline.after(LONG, clock.get()));
            return new Call(handle, request, asked, rows, clock.get());
        }
    }

    private static Tensor tensor(float[][] rows) {
        int width = rows.length == 0 ? 2 : rows[0].length;
        double[] values = new double[rows.length * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows[i / width][i % width];
        }
        return TestTensors.floats(Shape.of(rows.length, width), values);
    }

    /** Ends the loop's turn; returns how many tasks it had. */
    int endTurn() {
        int tasks = turn.size();
        for (int i = 0; i < tasks; i++) {
            turn.remove().run();
        }
        return tasks;
    }

    /** Waits until all requests are answered, and all is learnt from their runs. */
    void settle() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (manager.map().handlesOpen() > 0) {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            Thread.yield();
        }
    }

    /** Runs single requests one after another until it is known whether rows may be joined, and what one costs. */
    void prove(String model) {
        for (int i = 0; i < 5; i++) {
            submit(model, 1).isAnsweredRight();
            settle();
        }
    }

    /** Starts a run and holds it, so that what comes then has to wait. */
    Gate hold(String model) {
        Gate gate = new Gate();
        gates.add(gate);
        model(model).gate = gate;
        submit(model, 1);
        gate.awaitOne();
        return gate;
    }

    RowsModel model(String name) {
        RowsModel model = models.get(name);
        if (model == null) {
            throw new AssertionError("model '" + name + "' was not served");
        }
        return model;
    }

    void let(String model, Gate gate) {
        model(model).gate = null;
        gate.open();
    }

    /** Lets time pass. */
    void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        timer.advance(time);
    }

    DispatchState state(String model) {
        return dispatcher.states().stream()
                .filter(state -> state.id().model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    long count(String model, DispatchReason reason) {
        return state(model).reasons().getOrDefault(reason, -1L);
    }

    /** The last run that the listener was told of. */
    Dispatch last() {
        return dispatches.get(dispatches.size() - 1);
    }

    /** Of the runs from {@code from} on: how many requests each had. */
    List<Integer> requestsFrom(int from) {
        return dispatches.stream()
                .skip(from)
                .map(dispatch -> dispatch.batch().requests())
                .toList();
    }

    @Override
    public void close() throws Exception {
        gates.forEach(Gate::open);
        settle();
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
        pool.close();
        models.forEach((name, model) -> assertThat(model.faults).as(name).isEmpty());
    }
}

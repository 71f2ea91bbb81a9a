package dev.slipway.core.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ManualTimer;
import dev.slipway.core.StateLog;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.batching.Reply;
import dev.slipway.core.batching.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Sequences of a summing model, with all that they need, on a clock that the test turns. */
final class SequenceRig implements AutoCloseable {
    private static final String MODEL = "summing";

    final ManualTimer timer = new ManualTimer();
    final Sequences sequences;
    final StateLog log = new StateLog();
    private final Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
    private final ComputePool pool = new ComputePool(4, 100_000);
    private final Dispatcher dispatcher;

    /** Turns that are held back, if a test asks for that. */
    final List<Runnable> held = new ArrayList<>();

    volatile boolean holdsTurns;

    SequenceRig(long stateBytesMax) {
        Listeners none = new Listeners(List.of());
        dispatcher = new Dispatcher(manager.map(), pool, none, timer);
        sequences = new Sequences(
                new InferenceService(manager, none),
                timer,
                stateBytesMax,
                () -> TimeUnit.MILLISECONDS.toNanos(timer.instant().toEpochMilli()));
    }

    SequenceRig serve(long version) {
        return serve(version, 1_000);
    }

    SequenceRig serve(long version, int sequencesMax) {
        aspire(version, sequencesMax);
        log.await(MODEL, version, VersionState.AVAILABLE);
        return this;
    }

    void aspire(long version, int sequencesMax) {
        manager.aspire(new AspiredVersions(MODEL, List.of(SummingModel.version(version, sequencesMax))));
    }

    void awaitEnd(long version) {
        log.await(MODEL, version, VersionState.ENDED);
    }

    static SequenceStep first(long id) {
        return new SequenceStep(id, "", true, false);
    }

    static SequenceStep next(long id) {
        return new SequenceStep(id, "", false, false);
    }

    static SequenceStep last(long id) {
        return new SequenceStep(id, "", false, true);
    }

    Asked ask(SequenceStep step, float... x) {
        Handle handle = null;
        while (handle == null) {
            handle = manager.map().tryBorrow(MODEL, VersionChoice.LATEST);
        }
        Target target = new Target(MODEL, VersionChoice.LATEST, "");
        Deadline deadline = Deadline.after(Duration.ofHours(1), System.nanoTime());
        InferenceRequest request =
                new InferenceRequest(target, Map.of("x", SummingModel.floats(x)), List.of(), deadline);
        Asked asked = new Asked();
        sequences.submit(handle, step, asked, turn -> {
            Runnable run = () ->
                    dispatcher.submit(turn.handle(), turn.filled(request), Urgency.DEFAULT, turn.reply(asked), null);
            if (holdsTurns) {
                held.add(run);
            } else {
                run.run();
            }
        });
        return asked;
    }

    /** Until the timer of an idle sequence is set, which is after its last answer. */
    void awaitIdle() {
        await(() -> manager.map().handlesOpen() == 0);
    }

    void awaitNone() {
        await(() -> sequences.count() == 0);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** A request, and what became of it. */
    static final class Asked implements Reply {
        private final CompletableFuture<float[]> answer = new CompletableFuture<>();
        volatile int begun;
        volatile long version;
        private volatile boolean isCancelled;
        private volatile Runnable leave = () -> {};

        @Override
        public void answered(Answer told) {
            assertThat(told.outputs()).containsOnlyKeys("y", "begun");
            version = told.id().version();
            begun = told.outputs().get("begun").data().getInt();
            Tensor y = told.outputs().get("y");
            float[] values = new float[y.byteCount() / Float.BYTES];
            for (int i = 0; i < values.length; i++) {
                values[i] = y.data().getFloat(i * Float.BYTES);
            }
            complete(() -> answer.complete(values));
        }

        @Override
        public void failed(SlipwayException error) {
            complete(() -> answer.completeExceptionally(error));
        }

        private static void complete(BooleanSupplier first) {
            if (!first.getAsBoolean()) {
                throw new AssertionError("replied twice");
            }
        }

        @Override
        public boolean isCancelled() {
            return isCancelled;
        }

        @Override
        public void waits(Runnable action) {
            leave = action;
        }

        void cancel() {
            isCancelled = true;
            leave.run();
        }

        boolean isDone() {
            return answer.isDone();
        }

        /** Waits for the end. */
        boolean isFailed() {
            try {
                answer.get(60, TimeUnit.SECONDS);
                return false;
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        float[] all() {
            try {
                return answer.get(60, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        float y() {
            return all()[0];
        }

        SlipwayException error() {
            try {
                answer.get(60, TimeUnit.SECONDS);
                throw new AssertionError("answered (expected: an error)");
            } catch (ExecutionException e) {
                return (SlipwayException) e.getCause();
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        ErrorCode code() {
            return error().code();
        }
    }

    @Override
    public void close() throws Exception {
        assertThat(manager.close().get(60, TimeUnit.SECONDS))
                .as("every handle is closed")
                .isTrue();
        pool.close();
    }
}

package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServingListener;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.StateLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Everything at once: every request is answered once, and right, whatever goes on around it. */
class DispatcherStressTest {
    private static final int THREADS = 8;
    private static final int REQUESTS = 20_000;
    private static final int SWAPS = 50;
    private static final int IN_FLIGHT = 64;
    private static final float BAD = -1;
    private static final String[] MODELS = {"independent", "dependent", "trusted"};

    private final StateLog log = new StateLog();
    private final Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
    private final ComputePool pool = new ComputePool(3, 100_000);
    private final Dispatcher dispatcher = new Dispatcher(
            manager.map(),
            pool,
            new Listeners(List.of(new Counting())),
            manager.timer(),
            new Clocks(System::nanoTime, System::nanoTime));
    private final List<RowsModel> loaded = new ArrayList<>();
    /** One for each reply, so that swaps are spread over the whole time. */
    private final Semaphore progress = new Semaphore(0);

    private final AtomicInteger joinedOnLoop = new AtomicInteger();
    private final AtomicInteger joinedElsewhere = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger doubled = new AtomicInteger();
    private final AtomicInteger[] ended = new AtomicInteger[ErrorCode.values().length];

    private final class Counting implements ServingListener {
        @Override
        public void dispatched(Dispatch dispatch) {
            if (dispatch.batch().requests() > 1) {
                (dispatch.batch().onLoop() ? joinedOnLoop : joinedElsewhere).incrementAndGet();
            }
        }
    }

    @Test
    void everyRequestHasOneReplyAndTheRightOne() throws Exception {
        for (int i = 0; i < ended.length; i++) {
            ended[i] = new AtomicInteger();
        }
        swap(1);
        ExecutorService clients = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            all.add(clients.submit(() -> ask(random)));
        }
        for (int version = 2; version <= SWAPS + 1; version++) {
            progress.acquireUninterruptibly(THREADS * REQUESTS / (SWAPS + 2));
            swap(version);
            dispatcher.configure(config(version));
        }
        for (Future<?> client : all) {
            client.get(120, TimeUnit.SECONDS);
        }
        clients.shutdown();
        assertThat(joinedOnLoop).hasPositiveValue();
        assertThat(joinedElsewhere).hasPositiveValue();
        assertThat(doubled).hasValue(0);
        assertThat(wrong).hasValue(0);
        int replies = 0;
        for (AtomicInteger count : ended) {
            replies += count.get();
        }
        assertThat(replies).isEqualTo(THREADS * REQUESTS);
        assertThat(ended[ErrorCode.OK.ordinal()].get()).isGreaterThan(THREADS * REQUESTS / 2);
        assertThat(ended[ErrorCode.INTERNAL.ordinal()]).hasValue(0);
        // Completes once the last handle is closed.
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
        pool.close();
        assertThat(loaded).allSatisfy(model -> assertThat(model.faults).isEmpty());
    }

    private void swap(int version) {
        for (String name : MODELS) {
            RowsModel model = new RowsModel(new AtomicLong()).costing(rows -> 0).answering(rule(name));
            loaded.add(model);
            manager.aspire(new AspiredVersions(name, List.of(model.wish(version))));
        }
        for (String name : MODELS) {
            log.await(name, version, VersionState.AVAILABLE);
        }
    }

    private static RowsModel.Rule rule(String model) {
        return rows -> {
            for (float[] row : rows) {
                if (row[0] == BAD) {
                    throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "a bad row");
                }
            }
            float[] y = RowsModel.Rule.EACH.answer(rows);
            if (model.equals("dependent")) {
                for (int i = 0; i < y.length; i++) {
                    y[i] += 1000 * rows.length;
                }
            }
            return y;
        };
    }

    private static BatchingConfig config(int version) {
        BatchSizes sizes = version % 3 == 0 ? new BatchSizes(List.of(4, 8), List.of(4), false) : BatchSizes.ANY;
        Joining trusted =
                new Joining(Joining.Mode.TRUSTED, 8, Duration.ofNanos(version % 2 * 200_000L), sizes, version % 4 < 2);
        Queueing queueing = new Queueing(
                List.of(
                        new QueuePolicy(50, Duration.ofMillis(2), QueuePolicy.OnTimeout.REJECT, true),
                        new QueuePolicy(200, Duration.ofMillis(1), QueuePolicy.OnTimeout.DELAY, true)),
                2);
        return new BatchingConfig(
                version % 5 == 0
                        ? BatchingParameters.LEARNT
                        : new BatchingParameters(
                                Joining.LEARNT, queueing, Duration.ofMillis(version % 7 * 10L), 0, version % 2 == 0),
                Map.of("trusted", new BatchingParameters(trusted, queueing, Duration.ZERO, version % 3)));
    }

    /** One client: an event loop whose turns are of some requests each, with a bounded number in flight. */
    private void ask(SplittableRandom random) {
        Queue<Runnable> turn = new ArrayDeque<>();
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < REQUESTS; i++) {
            if (!inFlight.tryAcquire()) {
                endTurn(turn);
                inFlight.acquireUninterruptibly();
            }
            submit(random, inFlight, turn);
            if (random.nextInt(8) == 0) {
                endTurn(turn);
            }
        }
        endTurn(turn);
        inFlight.acquireUninterruptibly(IN_FLIGHT);
    }

    private static void endTurn(Queue<Runnable> turn) {
        for (Runnable task = turn.poll(); task != null; task = turn.poll()) {
            task.run();
        }
    }

    private void submit(SplittableRandom random, Semaphore inFlight, Queue<Runnable> turn) {
        String model = MODELS[random.nextInt(MODELS.length)];
        float[][] rows = new float[1 + random.nextInt(5)][2];
        double[] values = new double[rows.length * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(100);
        }
        if (random.nextInt(100) == 0) {
            values[0] = BAD;
        }
        for (int i = 0; i < values.length; i++) {
            rows[i / 2][i % 2] = (float) values[i];
        }
        boolean leaves = random.nextInt(20) == 0;
        Duration timeout = random.nextInt(20) == 0 ? Duration.ofNanos(random.nextInt(1_000_000)) : Rig.LONG;
        Checked reply = new Checked(model, rows, leaves, inFlight);
        Handle handle = manager.map().tryBorrow(model, VersionChoice.LATEST);
        InferenceRequest request = new InferenceRequest(
                new Target(model, VersionChoice.LATEST, ""),
                Map.of("x", TestTensors.floats(Shape.of(rows.length, 2), values)),
                List.of(),
                Deadline.after(timeout, System.nanoTime()));
        Tenant tenant = new Tenant("t" + random.nextInt(4), 1 + random.nextInt(3));
        Urgency urgency = new Urgency(random.nextInt(3), random.nextInt(4) == 0 ? 5_000_000 : 0, tenant);
        dispatcher.submit(handle, request, urgency, reply, random.nextInt(4) > 0 ? turn::add : null);
    }

    /** Counts what is wrong. */
    private final class Checked implements Reply {
        private final String model;
        private final float[][] rows;
        private final boolean leaves;
        private final Semaphore inFlight;
        private final AtomicInteger replies = new AtomicInteger();

        Checked(String model, float[][] rows, boolean leaves, Semaphore inFlight) {
            this.model = model;
            this.rows = rows;
            this.leaves = leaves;
            this.inFlight = inFlight;
        }

        @Override
        public void answered(Answer answer) {
            float[] expected = rule(model).answer(rows);
            Tensor y = answer.outputs().get("y");
            ByteBuffer data = y == null ? ByteBuffer.allocate(0) : y.data();
            boolean isRight = data.remaining() == expected.length * Float.BYTES;
            for (int i = 0; isRight && i < expected.length; i++) {
                isRight = data.getFloat(i * Float.BYTES) == expected[i];
            }
            end(ErrorCode.OK, isRight);
        }

        @Override
        public void failed(SlipwayException error) {
            boolean isRight = switch (error.code()) {
                case INVALID_ARGUMENT -> rows[0][0] == BAD;
                case CANCELLED -> leaves;
                case DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> true;
                default -> false;
            };
            end(error.code(), isRight);
        }

        private void end(ErrorCode code, boolean isRight) {
            if (!isRight) {
                wrong.incrementAndGet();
            }
            if (replies.incrementAndGet() > 1) {
                doubled.incrementAndGet();
            }
            ended[code.ordinal()].incrementAndGet();
            inFlight.release();
            progress.release();
        }

        /** Who leaves does so some time after the request came. */
        @Override
        public boolean isCancelled() {
            return leaves;
        }
    }
}

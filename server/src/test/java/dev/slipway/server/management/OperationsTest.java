package dev.slipway.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.management.Operation.Kind;
import dev.slipway.server.management.Operation.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static final OptionalLong ANY = OptionalLong.empty();

    /** Stands still until it is moved. */
    private static final class HandClock extends Clock {
        private Instant now = FakeModels.SINCE;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final HandClock clock = new HandClock();
    private final Operations operations = new Operations(clock, "ab");

    private RunningOperation load(String model, long version) {
        return operations.join(Kind.LOAD, model, OptionalLong.of(version)).operation();
    }

    @Test
    void isOneForAllThatAskForTheSame() {
        RunningOperation first = load("fraud", 7);
        assertThat(operations.join(Kind.LOAD, "fraud", OptionalLong.of(7)))
                .isEqualTo(new Operations.Joined(first, false));
        assertThat(operations.join(Kind.LOAD, "fraud", OptionalLong.of(8)).isNew())
                .isTrue();
        assertThat(operations.join(Kind.UNLOAD, "fraud", OptionalLong.of(7)).isNew())
                .isTrue();
        assertThat(operations.join(Kind.UNLOAD, "fraud", ANY).isNew()).isTrue();
        assertThat(operations.running()).isEqualTo(4);

        first.finish(null);
        assertThat(operations.join(Kind.LOAD, "fraud", OptionalLong.of(7)).isNew())
                .isTrue();
        assertThat(operations.list()).extracting(Operation::id).containsExactly("ab-5", "ab-4", "ab-3", "ab-2", "ab-1");
    }

    @Test
    void isBegunByOneOfManyThreads() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 300; round++) {
                String model = "model-" + round;
                CyclicBarrier barrier = new CyclicBarrier(threads);
                List<Callable<Boolean>> tasks = new ArrayList<>();
                for (int at = 0; at < threads; at++) {
                    tasks.add(() -> {
                        barrier.await();
                        return operations.join(Kind.LOAD, model, ANY).isNew();
                    });
                }
                int begun = 0;
                for (Future<Boolean> task : pool.invokeAll(tasks)) {
                    begun += task.get() ? 1 : 0;
                }
                assertThat(begun).isOne();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void tellsItsEndOnceHoweverWatchingAndEndingAreInterleaved() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2000; round++) {
                RunningOperation operation = load("fraud", round);
                CyclicBarrier barrier = new CyclicBarrier(2);
                AtomicInteger ends = new AtomicInteger();
                Future<?> ending = pool.submit(() -> {
                    barrier.await();
                    operation.finish(null);
                    return null;
                });
                Future<?> watching = pool.submit(() -> {
                    barrier.await();
                    operation.watch(now -> ends.addAndGet(now.isEnded() ? 1 : 0));
                    return null;
                });
                ending.get();
                watching.get();
                assertThat(ends).hasValue(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void tellsOfEachStepInOrderAndOfNothingAfterTheEnd() {
        RunningOperation operation = load("fraud", 7);
        List<String> seen = new ArrayList<>();
        Runnable stop = operations.watch("ab-1", now -> seen.add(now.state() + " " + now.progress()));
        List<String> stopped = new ArrayList<>();
        operations.watch("ab-1", now -> stopped.add(now.progress())).run();
        operation.progress("LOADING");
        operation.progress("WARMING");
        operation.finish(new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken"));
        operation.progress("late");
        operation.finish(null);
        stop.run();
        assertThat(seen).containsExactly("RUNNING ", "RUNNING LOADING", "RUNNING WARMING", "FAILED WARMING");
        assertThat(stopped).containsExactly("");
        assertThat(operations.end("ab-1").join()).satisfies(ended -> {
            assertThat(ended.error()).hasMessage("broken");
            assertThat(ended.ended()).isEqualTo(FakeModels.SINCE);
        });
    }

    @Test
    void callsOffWhatItWaitsFor() {
        AtomicInteger calls = new AtomicInteger();
        RunningOperation operation = load("fraud", 7);
        operation.onCancel(calls::incrementAndGet);
        operation.onCancel(calls::incrementAndGet);
        assertThat(operations.cancel("ab-1").state()).isEqualTo(State.CANCELLED);
        assertThat(calls).hasValue(2);
        operation.onCancel(calls::incrementAndGet);
        assertThat(calls).hasValue(3);
        operation.finish(null);
        assertThat(operations.get("ab-1").state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void callsNothingOffThatHasEndedOrUnloads() {
        RunningOperation operation = load("fraud", 7);
        AtomicInteger calls = new AtomicInteger();
        operation.onCancel(calls::incrementAndGet);
        operation.finish(null);
        assertThatThrownBy(() -> operations.cancel("ab-1"))
                .hasMessage("operation 'ab-1' is DONE since 2026-11-21T12:00:00Z (expected: RUNNING)");
        operation.onCancel(calls::incrementAndGet);
        assertThat(calls).hasValue(0);

        operations.join(Kind.UNLOAD, "fraud", ANY);
        assertThatThrownBy(() -> operations.cancel("ab-2")).hasMessageContaining("can't be called off");
        assertThat(operations.get("ab-2").state()).isEqualTo(State.RUNNING);
    }

    @Test
    void tellsACalledOffLoadFromOneThatFailed() {
        load("fraud", 7).finish(new SlipwayException(ErrorCode.CANCELLED, "wanted no longer"));
        assertThat(operations.get("ab-1").state()).isEqualTo(State.CANCELLED);
        load("fraud", 8).finish(new IllegalStateException("oops"));
        assertThat(operations.get("ab-2").state()).isEqualTo(State.FAILED);
        assertThat(operations.get("ab-2").error()).hasMessageContaining("oops");
    }

    @Test
    void forgetsWhatEndedAnHourAgo() {
        load("fraud", 7).finish(null);
        load("fraud", 8);
        clock.now = clock.now.plus(Operations.KEPT);
        assertThat(operations.list()).hasSize(2);
        clock.now = clock.now.plus(Duration.ofMillis(1));
        assertThat(operations.list()).extracting(Operation::id).containsExactly("ab-2");
        assertThatThrownBy(() -> operations.get("ab-1"))
                .hasMessageContaining("operation 'ab-1' is not known")
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void keepsAThousandAndForgetsTheOldestThatHaveEnded() {
        load("runs", 1);
        for (int version = 1; version <= Operations.KEPT_MAX + 10; version++) {
            load("fraud", version).finish(null);
        }
        List<Operation> kept = operations.list();
        assertThat(kept).hasSizeLessThanOrEqualTo(Operations.KEPT_MAX).hasSizeGreaterThan(Operations.KEPT_MAX - 2);
        assertThat(kept.get(kept.size() - 1).model()).isEqualTo("runs");
    }

    @Test
    void refusesMoreThanAThousandThatRun() {
        for (int version = 1; version <= Operations.KEPT_MAX; version++) {
            load("fraud", version);
        }
        assertThatThrownBy(() -> load("fraud", 0))
                .hasMessage("1000 operations run already (expected: fewer than 1000)")
                .extracting("code")
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(load("fraud", 5).now().id()).isEqualTo("ab-5");
    }
}

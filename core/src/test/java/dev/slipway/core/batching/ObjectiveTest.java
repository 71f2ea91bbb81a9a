package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a latency objective batches are as large as it allows, and who could not be served within it is refused. */
class ObjectiveTest {
    private static final long MILLI = 1_000_000;

    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(long objectiveMillis) {
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 0, Duration.ZERO, BatchSizes.ANY, true),
                Queueing.DEFAULT,
                Duration.ofMillis(objectiveMillis),
                0));
    }

    /** Has what runs of these sizes cost be known. */
    private void learn(int... sizes) {
        for (int size : sizes) {
            for (int i = 0; i < 3; i++) {
                rig.submit("m", size).isAnsweredRight();
            }
        }
        rig.settle();
    }

    @Test
    void batchesAreAsLargeAsTheObjectiveAllows() {
        rig.serve("m").costing(rows -> MILLI + MILLI / 10 * rows);
        learn(1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64);
        ask(5);
        Gate gate = rig.hold("m");
        int[] ones = new int[40];
        Arrays.fill(ones, 1);
        List<Asked> waiting = rig.submit("m", ones);
        int from = rig.dispatches.size();
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        rig.settle();
        // 1.1 ms have passed when the batch begins, 3.9 ms are left: 1 ms and 29 times 0.1 ms.
        assertThat(rig.requestsFrom(from + 1).get(0)).isBetween(27, 29);
        assertThat(rig.dispatches.get(from + 1).reason()).isEqualTo(DispatchReason.SLO);
    }

    @Test
    void whereThePredictionErrsBatchesShrinkUntilTheObjectiveIsKept() {
        Objective objective = new Objective();
        objective.ended(30, 6 * MILLI, 5 * MILLI);
        assertThat(objective.rowsMax()).isEqualTo(20);
        objective.ended(20, 6 * MILLI, 5 * MILLI);
        assertThat(objective.rowsMax()).isEqualTo(13);
        objective.ended(1, 6 * MILLI, 5 * MILLI);
        assertThat(objective.rowsMax()).isEqualTo(1);
        objective.ended(1, 5 * MILLI, 5 * MILLI);
        objective.ended(1, 5 * MILLI, 5 * MILLI);
        assertThat(objective.rowsMax()).isEqualTo(2);
        objective.ended(2, 5 * MILLI, 5 * MILLI);
        assertThat(objective.rowsMax()).isEqualTo(3);
    }

    @Test
    void whoCannotBeServedInTimeIsRefusedAndToldWhenToComeAgain() {
        rig.serve("m").costing(rows -> MILLI * rows);
        learn(1);
        ask(5);
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 1, 1, 1);
        SlipwayException refusal = rig.submit("m", 3).error();
        assertThat(refusal.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(refusal).hasMessage("model 'm': 4 requests wait, an answer would take about 8 ms (objective: 5 ms)");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(3));
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
    }

    @Test
    void oneThatTakesLongerThanTheObjectiveIsNotRefusedWhenNobodyWaits() {
        rig.serve("m").costing(rows -> MILLI * rows);
        learn(1);
        ask(5);
        rig.submit("m", 10).isAnsweredRight();
    }

    /** What waits before it runs on both threads; its own rows are one run. */
    @Test
    void itsOwnRowsAreNotDividedAmongThreads() throws Exception {
        try (Rig two = new Rig(2)) {
            two.serve("m").costing(rows -> MILLI * rows);
            two.submit("m", 1).isAnsweredRight();
            two.settle();
            two.ask(new BatchingParameters(Joining.OFF, Queueing.DEFAULT, Duration.ofMillis(5), 0));
            Gate gate = two.hold("m");
            List<Asked> all = new ArrayList<>(List.of(two.submit("m", 1)));
            gate.awaitOne();
            all.add(two.submit("m", 1));
            assertThat(two.submit("m", 6).error())
                    .hasMessage("model 'm': 1 requests wait, an answer would take about 7 ms (objective: 5 ms)");
            all.add(two.submit("m", 3));
            two.let("m", gate);
            Asked.areAnsweredRight(all);
        }
    }

    @Test
    void oneThatIsLateInAnyCaseDoesNotKeepItsBatchSmall() {
        rig.serve("m").costing(rows -> MILLI + MILLI / 10 * rows);
        ask(0);
        learn(1, 2, 4, 8, 16, 32);
        Gate gate = rig.hold("m");
        List<Asked> all = new ArrayList<>();
        // When the run before it is over 0.9 ms are left: not even a run of its own would do.
        all.add(rig.submit("m", rig.request(1), Duration.ofMillis(2)));
        int[] ones = new int[20];
        Arrays.fill(ones, 1);
        all.addAll(rig.submit("m", ones));
        int from = rig.dispatches.size();
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        rig.settle();
        assertThat(rig.requestsFrom(from + 1)).containsExactly(21);
    }

    /** A request of a flood; times on the rig's clock. */
    private static final class Sent {
        final Asked asked;
        final long at;
        volatile long end;

        Sent(Asked asked, long at) {
            this.asked = asked;
            this.at = at;
        }
    }

    /** Requests that come at a steady pace, whatever becomes of those before. */
    private final class Flood {
        final List<Sent> all = new ArrayList<>();
        final long gapNanos;
        final long endAt;
        final Duration timeout;
        long nextAt = rig.clock.get();

        Flood(long gapNanos, Duration time, Duration timeout) {
            this.timeout = timeout;
            this.gapNanos = gapNanos;
            this.endAt = nextAt + time.toNanos();
        }

        /** A run of so many nanoseconds, in which others come. */
        synchronized long run(long nanos) {
            long end = rig.clock.get() + nanos;
            while (nextAt <= Math.min(end, endAt)) {
                arrive();
            }
            rig.clock.set(end);
            return 0;
        }

        synchronized void arrive() {
            rig.clock.set(Math.max(rig.clock.get(), nextAt));
            nextAt += gapNanos;
            Asked asked = rig.request(1);
            Sent sent = new Sent(asked, rig.clock.get());
            all.add(sent);
            rig.submit("m", asked.then(() -> sent.end = rig.clock.get()), timeout);
        }

        void last() {
            while (rig.clock.get() < endAt) {
                arrive();
                rig.settle();
            }
        }

        /** Latencies of those that were answered, rising, in milliseconds. */
        double[] latencies() {
            return all.stream()
                    .filter(sent -> sent.asked.isAnswered())
                    .mapToDouble(sent -> (double) (sent.end - sent.at) / MILLI)
                    .sorted()
                    .toArray();
        }
    }

    /** Else all would wait as long as they may, and be run too late to be of use. */
    @Test
    void underTwiceItsCapacityAModelAnswersMostOfItBeforeTheDeadlines() {
        rig.serve("m").costing(rows -> MILLI * rows);
        rig.ask(BatchingParameters.LEARNT);
        learn(1, 1, 1, 1, 1);
        Duration timeout = Duration.ofMillis(50);
        Flood flood = new Flood(MILLI / 2, Duration.ofSeconds(2), timeout);
        rig.model("m").costing(rows -> flood.run(MILLI * rows));
        flood.last();
        rig.settle();
        long inTime = Arrays.stream(flood.latencies())
                .filter(millis -> millis <= timeout.toMillis())
                .count();
        assertThat(inTime).isGreaterThan(1_800);
        assertThat(flood.all).allMatch(sent -> sent.asked.replies() == 1);
    }

    /** At twice what the model can do at best within the objective. */
    @ParameterizedTest(name = "objective {0} ms, a first run of {1} ms")
    @CsvSource({"20, 2", "20, 200", "8, 2"})
    void underTwiceItsCapacityAModelStillDoesMostOfIt(long objectiveMillis, long firstMillis) {
        IntToLongFunction cost = rows -> MILLI + MILLI / 10 * rows;
        rig.serve("m").costing(rows -> firstMillis * MILLI);
        ask(objectiveMillis);
        rig.submit("m", 1).isAnsweredRight();
        rig.settle();
        // The best: batches that take half of the objective, so that who waits for one has time for the next.
        double halfMillis = objectiveMillis / 2.0;
        double peakPerMilli = (halfMillis - 1) / 0.1 / halfMillis;
        Flood flood = new Flood((long) (MILLI / (2 * peakPerMilli)), Duration.ofSeconds(2), Duration.ofHours(1));
        rig.model("m").costing(rows -> flood.run(cost.applyAsLong(rows)));
        flood.last();
        rig.settle();
        double[] latencies = flood.latencies();
        assertThat(latencies.length / 2_000.0).isGreaterThan(0.9 * peakPerMilli);
        assertThat(latencies[latencies.length * 99 / 100]).isLessThan(1.5 * objectiveMillis);
        assertThat(flood.all).allMatch(sent -> sent.asked.replies() == 1);
    }
}

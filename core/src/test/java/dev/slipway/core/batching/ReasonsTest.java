package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DispatchReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each run has the reason why it began when it did, as the listener and the model's state tell it. */
class ReasonsTest {
    private static final Joining TRUSTED = trusted(0, Duration.ZERO);

    private final Rig rig = new Rig();
    private int from;

    @BeforeEach
    void serve() {
        rig.serve("m").costing(rows -> 1_000_000 + 10_000L * rows);
    }

    /** Whatever happened, both counted alike. */
    @AfterEach
    void end() throws Exception {
        rig.settle();
        Map<DispatchReason, Long> told = new TreeMap<>();
        for (DispatchReason reason : DispatchReason.values()) {
            told.put(
                    reason,
                    rig.dispatches.stream()
                            .filter(dispatch -> dispatch.reason() == reason)
                            .count());
        }
        assertThat(rig.state("m").reasons()).isEqualTo(told);
        rig.close();
    }

    private static Joining trusted(int rowsMax, Duration wait, Integer... preferred) {
        return new Joining(
                Joining.Mode.TRUSTED, rowsMax, wait, new BatchSizes(List.of(), List.of(preferred), false), true);
    }

    private void ask(Joining joining, long objectiveMillis) {
        rig.ask(new BatchingParameters(joining, Queueing.DEFAULT, Duration.ofMillis(objectiveMillis), 0));
    }

    private void learn(int... sizes) {
        ask(TRUSTED, 0);
        for (int size : sizes) {
            for (int i = 0; i < 3; i++) {
                rig.submit("m", size).isAnsweredRight();
            }
        }
        rig.settle();
    }

    /** Has requests wait for a run that is held, and runs them. */
    private void runWaiting(int... rows) {
        Gate gate = rig.hold("m");
        from = rig.dispatches.size() + 1;
        List<Asked> waiting = rig.submit("m", rows);
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        rig.settle();
    }

    private List<String> ran() {
        return rig.dispatches.stream()
                .skip(from)
                .map(dispatch -> dispatch.reason() + " " + dispatch.batch().rows())
                .toList();
    }

    private static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void idleWhenTheModelTookAllThatWaited() {
        learn(1, 2, 4, 8);
        runWaiting(ones(5));
        assertThat(ran()).containsExactly("IDLE 5");
    }

    @Test
    void idleWhenNobodyElseWasThere() {
        rig.submit("m", 1).isAnsweredRight();
        assertThat(ran()).containsExactly("IDLE 1");
    }

    @Test
    void fullWhenMoreWereNotAllowed() {
        learn(1, 2, 4);
        ask(trusted(4, Duration.ZERO), 0);
        runWaiting(ones(6));
        assertThat(ran()).containsExactly("FULL 4", "IDLE 2");
    }

    @Test
    void sizeWhenMoreWouldNotHavePaid() {
        rig.model("m").costing(rows -> rows <= 4 ? 1_000_000 : 250_000L * rows);
        learn(1, 2, 4, 8, 16);
        runWaiting(ones(10));
        assertThat(ran()).containsExactly("SIZE 4", "SIZE 4", "IDLE 2");
    }

    @Test
    void sizeWhenAPreferredOneWasThere() {
        ask(trusted(8, Duration.ofMillis(1), 4), 0);
        Asked.areAnsweredRight(rig.submit("m", 1, 2, 1));
        assertThat(ran()).containsExactly("SIZE 4");
    }

    @Test
    void objectiveWhenMoreWouldHaveTakenTooLong() {
        rig.model("m").costing(rows -> 1_000_000 + 100_000L * rows);
        learn(1, 2, 4, 8, 16, 32, 32, 32, 32, 32);
        ask(TRUSTED, 4);
        runWaiting(ones(20));
        assertThat(ran().get(0)).startsWith("SLO 1");
    }

    @Test
    void objectiveWhenItKeepsBatchesSmallByExperience() {
        rig.model("m").costing(rows -> 1_000_000);
        learn(1, 2, 4, 8, 8, 8, 8, 8);
        ask(TRUSTED, 4);
        // Now all takes longer than was learnt, and than the objective allows.
        rig.model("m").costing(rows -> rows == 1 ? 1_000_000 : 5_000_000);
        runWaiting(ones(9));
        assertThat(ran().get(0)).isEqualTo("IDLE 9");
        runWaiting(ones(9));
        assertThat(ran().get(0)).isEqualTo("SLO 6");
    }

    @Test
    void timeoutWhenTheOldestHadWaitedLongEnough() {
        ask(trusted(8, Duration.ofMillis(1)), 0);
        List<Asked> waiting = rig.submit("m", 1, 1);
        rig.pass(Duration.ofMillis(1));
        Asked.areAnsweredRight(waiting);
        assertThat(ran()).containsExactly("TIMEOUT 2");
    }

    @Test
    void mismatchWhenTheNextCouldNotBeJoined() {
        learn(1, 2, 4);
        Gate gate = rig.hold("m");
        from = rig.dispatches.size() + 1;
        List<Asked> waiting =
                List.of(rig.submit("m", 1), rig.submit("m", 1), rig.submit("m", new Asked(new float[] {1, 2, 3})));
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        assertThat(ran()).containsExactly("MISMATCH 2", "IDLE 1");
    }

    @Test
    void mismatchWhenRowsMayNotBeJoined() {
        ask(Joining.OFF, 0);
        runWaiting(1, 1);
        assertThat(ran()).containsExactly("MISMATCH 1", "IDLE 1");
    }

    @Test
    void priorityWhenTheNextWasLessUrgent() {
        learn(1, 2, 4);
        rig.ask(new BatchingParameters(
                TRUSTED, new Queueing(List.of(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT), 2), Duration.ZERO, 0));
        Gate gate = rig.hold("m");
        from = rig.dispatches.size() + 1;
        List<Asked> waiting = List.of(
                rig.submit("m", 1),
                rig.submit("m", rig.request(1), new Urgency(1, 0)),
                rig.submit("m", rig.request(1), new Urgency(1, 0)));
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        assertThat(ran()).containsExactly("PRIORITY 2", "IDLE 1");
    }
}

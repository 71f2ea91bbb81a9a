package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that wait while the model is busy run together once that is known to be right, and where it pays. */
class JoiningTest {
    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    @Test
    void requestsThatWaitRunTogetherAndEachGetsItsOwnAnswer() {
        RowsModel model = rig.serve("m").costing(rows -> 100_000 + 1_000L * rows);
        rig.prove("m");
        for (int round = 0; round < 20; round++) {
            Gate gate = rig.hold("m");
            List<Asked> waiting = rig.submit("m", 1, 2, 3, 1, 1);
            rig.let("m", gate);
            Asked.areAnsweredRight(waiting);
            rig.settle();
        }
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(5, 8, 0, false));
        assertThat(rig.last().reason()).isEqualTo(DispatchReason.IDLE);
        assertThat(model.runRows()).endsWith(8);
        assertThat(rig.state("m").joining()).startsWith("on: 5 rows cost 21.0 us each, 1 row 101 us");
    }

    @Test
    void nothingIsJoinedBeforeRowsAreKnownToBeIndependent() {
        rig.serve("m");
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 1);
        assertThat(rig.state("m").joining()).isEqualTo("off: not yet seen that rows are independent");
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        rig.settle();
        assertThat(rig.requestsFrom(0)).containsOnly(1);
    }

    @Test
    void whereTheCostIsLinearOnlyAFewRunsAreJoinedToFindOut() {
        rig.serve("m").costing(rows -> 1_000_000L * rows);
        rig.prove("m");
        runWaiting(500);
        int from = rig.dispatches.size();
        runWaiting(2_000);
        long joined = rig.requestsFrom(from).stream().filter(each -> each > 1).count();
        assertThat(joined).isLessThanOrEqualTo(20);
        assertThat(rig.state("m").joining()).startsWith("on, but it does not pay: ");
    }

    /** Has requests of a row each wait, in fives. */
    private void runWaiting(int requests) {
        for (int i = 0; i < requests; i += 5) {
            Gate gate = rig.hold("m");
            List<Asked> waiting = rig.submit("m", 1, 1, 1, 1);
            rig.let("m", gate);
            Asked.areAnsweredRight(waiting);
            rig.settle();
        }
    }

    @Test
    void whereALinearCostBecomesSublinearJoiningIsFoundToPayAfterAll() {
        RowsModel model = rig.serve("m").costing(rows -> 1_000_000L * rows);
        rig.prove("m");
        runWaiting(200);
        model.costing(rows -> 1_000_000L);
        runWaiting(20_000);
        assertThat(rig.requestsFrom(rig.dispatches.size() - 2)).containsExactly(1, 4);
    }

    @Test
    void aRequestWaitsForNoOneWhileAnotherThreadIsFree() throws Exception {
        try (Rig two = new Rig(2)) {
            two.serve("m");
            Gate gate = two.hold("m");
            Asked second = two.submit("m", 1);
            gate.awaitOne();
            assertThat(second.isDone()).isFalse();
            two.let("m", gate);
            second.isAnsweredRight();
        }
    }

    @Test
    void asManyRunAtOnceAsIsAsked() throws Exception {
        try (Rig four = new Rig(4)) {
            four.serve("m");
            four.ask(new BatchingParameters(Joining.OFF, Queueing.DEFAULT, Duration.ZERO, 2));
            Gate gate = four.hold("m");
            List<Asked> asked = new ArrayList<>(four.submit("m", 1, 1, 1));
            gate.awaitOne();
            assertThat(four.state("m").waiting()).isEqualTo(2);
            four.let("m", gate);
            Asked.areAnsweredRight(asked);
        }
    }

    @Test
    void requestsForOtherOutputsOrOfOtherShapesAreNotMixed() {
        rig.serve("m").costing(rows -> 100_000);
        rig.prove("m");
        runWaiting(100);
        Gate gate = rig.hold("m");
        List<Asked> waiting = List.of(
                rig.submit("m", 1),
                rig.submit("m", 1),
                rig.submit("m", new Asked(new float[] {1, 2, 3})),
                rig.submit("m", 1));
        int from = rig.dispatches.size();
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        rig.settle();
        assertThat(rig.requestsFrom(from + 1)).containsExactly(2, 1, 1);
        assertThat(rig.count("m", DispatchReason.MISMATCH)).isPositive();
    }
}

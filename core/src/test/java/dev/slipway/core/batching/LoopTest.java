package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A model of small measured cost runs on the event loop, all requests of one read turn together; others never do. */
class LoopTest {
    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private List<Asked> submitOnLoop(String model, int requests) {
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            all.add(rig.submitOnLoop(model, 1));
        }
        return all;
    }

    /** Serves a model that is known to be small, and what some rows together cost. */
    private RowsModel serveSmall(String name) {
        RowsModel model = rig.serve(name).costing(rows -> 5_000 + 100L * rows);
        rig.prove(name);
        for (int i = 0; i < 10; i++) {
            submitOnLoop(name, 5);
            rig.endTurn();
        }
        return model;
    }

    @Test
    void allRequestsOfATurnRunTogetherAtItsEndOnItsThread() {
        serveSmall("m");
        List<Asked> asked = submitOnLoop("m", 5);
        assertThat(asked).noneMatch(Asked::isDone);
        assertThat(rig.endTurn()).isEqualTo(1);
        assertThat(asked)
                .allMatch(Asked::isDone)
                .allMatch(each -> each.thread().equals(Thread.currentThread().getName()));
        Asked.areAnsweredRight(asked);
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(5, 5, 0, true));
        assertThat(rig.state("m").place()).isEqualTo("loop: one row costs 5.1 us (limit of the loop: 50 us)");
    }

    @Test
    void whatIsNotKnownYetRunsElsewhereFirst() {
        rig.serve("m").costing(rows -> 5_000);
        Asked asked = rig.submitOnLoop("m", 1);
        assertThat(rig.turn).isEmpty();
        asked.isAnsweredRight();
        assertThat(asked.thread()).startsWith("slipway-compute");
        assertThat(rig.state("m").place()).startsWith("pool: ");
    }

    @Test
    void aCostlyModelNeverRunsThere() {
        rig.serve("m").costing(rows -> 60_000);
        for (int i = 0; i < 20; i++) {
            Asked asked = rig.submitOnLoop("m", 1);
            assertThat(rig.turn).isEmpty();
            asked.isAnsweredRight();
            rig.settle();
        }
        assertThat(rig.state("m").place()).isEqualTo("pool: one row costs 60.0 us (limit of the loop: 50 us)");
    }

    @Test
    void aModelThatWaitsForOthersNeverRunsThereHoweverShortItsRunsWere() {
        rig.serve("m").waiting().costing(rows -> 5_000);
        rig.prove("m");
        for (int i = 0; i < 20; i++) {
            Asked asked = rig.submitOnLoop("m", 1);
            assertThat(rig.turn).isEmpty();
            asked.isAnsweredRight();
            rig.settle();
        }
        assertThat(rig.state("m").place()).isEqualTo("pool: its runs wait for another process");
    }

    @Test
    void aRequestOfManyRowsRunsElsewhereThoughOneRowIsSmall() {
        serveSmall("m");
        assertThat(rig.submitOnLoop("m", 1).isDone()).isFalse();
        Asked large = rig.submitOnLoop("m", 600);
        large.isAnsweredRight();
        assertThat(large.thread()).startsWith("slipway-compute");
        assertThat(rig.endTurn()).isEqualTo(1);
    }

    @Test
    void anOverrunMovesTheModelOffAtOnceAndEachTimeForLonger() {
        RowsModel model = serveSmall("m");
        for (int shortRuns = 16; shortRuns <= 128; shortRuns *= 2) {
            model.costing(rows -> 600_000);
            List<Asked> asked = submitOnLoop("m", 1);
            rig.endTurn();
            Asked.areAnsweredRight(asked);
            model.costing(rows -> 5_000 + 100L * rows);
            assertThat(rig.state("m").place())
                    .endsWith("runs took more than 500 us there; back after " + shortRuns + " requests in short runs");
            for (int i = 0; i < shortRuns; i++) {
                Asked there = rig.submitOnLoop("m", 1);
                assertThat(rig.turn).isEmpty();
                there.isAnsweredRight();
                rig.settle();
            }
            Asked back = rig.submitOnLoop("m", 1);
            assertThat(rig.endTurn()).isEqualTo(1);
            back.isAnsweredRight();
        }
    }

    @Test
    void afterAnOverrunTheRestOfTheTurnRunsElsewhere() {
        RowsModel model = rig.serve("m").costing(rows -> 30_000L * rows);
        rig.prove("m");
        model.costing(rows -> 600_000);
        List<Asked> asked = submitOnLoop("m", 5);
        rig.endTurn();
        Asked.areAnsweredRight(asked);
        assertThat(asked.stream().filter(each -> each.thread().startsWith("slipway-compute")))
                .hasSizeBetween(3, 4);
    }

    @Test
    void aRunThatFailsSlowlyIsAnOverrunToo() {
        RowsModel model = serveSmall("m");
        model.costing(rows -> 600_000).answering(rows -> {
            throw new SlipwayException(ErrorCode.INTERNAL, "told to fail");
        });
        Asked failing = rig.submitOnLoop("m", 1);
        rig.endTurn();
        assertThat(failing.code()).isEqualTo(ErrorCode.INTERNAL);
        Asked next = rig.submitOnLoop("m", 1);
        assertThat(rig.turn).isEmpty();
        assertThat(next.code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void anAnswerThatTakesLongIsAnOverrun() {
        serveSmall("m");
        rig.submitOnLoop("m", rig.request(1).then(() -> rig.clock.addAndGet(600_000)));
        rig.endTurn();
        assertThat(rig.state("m").place()).startsWith("pool: 1 runs took more than 500 us there");
    }

    @Test
    void anAnswerIsNotToBlameForTheTimeThatOtherThreadsTook() {
        serveSmall("m");
        rig.submitOnLoop("m", rig.request(1).then(() -> {
            rig.clock.addAndGet(600_000);
            rig.stolen.addAndGet(600_000);
        }));
        rig.endTurn();
        assertThat(rig.state("m").place()).startsWith("loop: ");
    }

    @Test
    void longBatchesElsewhereDoNotKeepASmallModelOffTheLoop() {
        RowsModel model = serveSmall("m");
        model.costing(rows -> 600_000);
        submitOnLoop("m", 1);
        rig.endTurn();
        model.costing(rows -> 5_000 + 1_000L * rows);
        for (int i = 0; i < 16; i++) {
            rig.submit("m", 1).isAnsweredRight();
            rig.submit("m", 1_000).isAnsweredRight();
        }
        rig.settle();
        rig.submitOnLoop("m", 1);
        assertThat(rig.endTurn()).isEqualTo(1);
    }

    @Test
    void aTurnHasOnlySoMuchTimeForRuns() {
        rig.serve("m").costing(rows -> 45_000L * rows);
        rig.prove("m");
        List<Asked> asked = submitOnLoop("m", 40);
        rig.endTurn();
        Asked.areAnsweredRight(asked);
        rig.settle();
        assertThat(asked.stream().filter(each -> each.thread().startsWith("slipway-compute")))
                .hasSizeBetween(27, 29);
    }

    @Test
    void whatIsSentElsewhereKeepsItsPlaceInTheLine() {
        rig.serve("m").costing(rows -> 45_000L * rows);
        rig.prove("m");
        rig.ask(new BatchingParameters(
                Joining.OFF, new Queueing(List.of(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT), 2), Duration.ZERO, 0));
        submitOnLoop("m", 13);
        List<Asked> last = new ArrayList<>(submitOnLoop("m", 2));
        Asked urgent = rig.request(1);
        rig.submit("m", urgent, Rig.LONG, new Urgency(1, 0), rig.turn::add);
        Gate gate = rig.hold("m");
        rig.model("m").gate = null;
        rig.endTurn();
        gate.open();
        Asked.areAnsweredRight(last);
        rig.settle();
        List<Float> ran = rig.model("m").runs.stream()
                .map(run -> run.request().inputs().get("x").data().getFloat())
                .toList();
        assertThat(ran.indexOf(urgent.rows[0][0])).isLessThan(ran.indexOf(last.get(0).rows[0][0]));
    }

    @Test
    void twoModelsInOneTurnAreNotMixed() {
        serveSmall("m");
        serveSmall("n");
        int from = rig.dispatches.size();
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(rig.submitOnLoop("m", 1));
            asked.add(rig.submitOnLoop("n", 1));
        }
        assertThat(rig.endTurn()).isEqualTo(1);
        Asked.areAnsweredRight(asked);
        assertThat(rig.dispatches.stream()
                        .skip(from)
                        .map(dispatch -> dispatch.id() + " " + dispatch.batch().rows()))
                .containsExactly("m:1 5", "n:1 5");
    }

    @Test
    void aReplyThatAsksAgainIsOfTheNextTurn() {
        serveSmall("m");
        Asked second = rig.request(1);
        rig.submitOnLoop("m", rig.request(1).then(() -> rig.submitOnLoop("m", second)));
        rig.endTurn();
        assertThat(second.isDone()).isFalse();
        assertThat(rig.endTurn()).isEqualTo(1);
        second.isAnsweredRight();
    }

    @Test
    void whoHasGoneByTheTurnsEndIsNotRun() {
        RowsModel model = serveSmall("m");
        int runs = model.runs.size();
        List<Asked> asked = submitOnLoop("m", 3);
        asked.forEach(Asked::cancel);
        rig.endTurn();
        asked.forEach(each -> assertThat(each.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(model.runs).hasSize(runs);
    }

    @Test
    void aBadRowFailsOnlyItsOwnRequestThereToo() {
        RowsModel model = serveSmall("m");
        model.answering(rows -> {
            for (float[] row : rows) {
                if (row[0] < 0) {
                    throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "a bad row");
                }
            }
            return RowsModel.Rule.EACH.answer(rows);
        });
        List<Asked> asked = submitOnLoop("m", 2);
        Asked bad = rig.submitOnLoop("m", new Asked(new float[] {-1, 0}));
        asked.addAll(submitOnLoop("m", 2));
        rig.endTurn();
        Asked.areAnsweredRight(asked);
        assertThat(bad.error()).hasMessage("a bad row");
    }

    @Test
    void rowsAreJoinedThereAlsoWhereOneTakesMostOfWhatARunMay() {
        rig.serve("m").costing(rows -> 40_000 + 100L * rows);
        rig.prove("m");
        for (int i = 0; i < 20; i++) {
            submitOnLoop("m", 8);
            rig.endTurn();
        }
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(8, 8, 0, true));
    }

    @Test
    void whatABatchThatFailsTakesInHalvesCountsAgainstTheTurn() {
        RowsModel model = rig.serve("m").costing(rows -> 40_000 + 100L * rows);
        rig.prove("m");
        for (int i = 0; i < 20; i++) {
            submitOnLoop("m", 8);
            rig.endTurn();
        }
        serveSmall("n");
        model.answering(rows -> {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "told to fail");
        });
        submitOnLoop("m", 8);
        Asked other = rig.submitOnLoop("n", 1);
        rig.endTurn();
        // A whole batch and its halves down to one are 15 runs of 40 us.
        other.isAnsweredRight();
        assertThat(other.thread()).startsWith("slipway-compute");
    }
}

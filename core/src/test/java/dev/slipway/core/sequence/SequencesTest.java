package dev.slipway.core.sequence;

import static dev.slipway.core.sequence.SequenceRig.first;
import static dev.slipway.core.sequence.SequenceRig.last;
import static dev.slipway.core.sequence.SequenceRig.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.core.sequence.SequenceRig.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SequencesTest {
    private static final long PLENTY = 1 << 20;

    private SequenceRig rig = new SequenceRig(PLENTY);

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void whatARunLeavesBehindGoesIntoTheNextOfItsSequence() {
        rig.serve(1);
        Asked begun = rig.ask(first(5), 1);
        assertThat(begun.y()).isEqualTo(1);
        assertThat(begun.begun).as("the value for yes").isEqualTo(7);
        assertThat(rig.ask(first(6), 100).y()).isEqualTo(100);
        Asked second = rig.ask(next(5), 2);
        assertThat(second.y()).isEqualTo(3);
        assertThat(second.begun).isEqualTo(0);
        assertThat(rig.ask(new SequenceStep(0, "5", true, false), 40).y())
                .as("an id that is text is another")
                .isEqualTo(40);
        assertThat(rig.ask(last(5), 3).y()).isEqualTo(6);
        assertThat(rig.ask(next(6), 1).y()).isEqualTo(101);
        assertThat(rig.ask(next(5), 1).error())
                .hasMessage("inference request for sequence 5 to model 'summing' must specify the START flag on the"
                        + " first request of the sequence");
        assertThat(rig.sequences.count()).isEqualTo(2);
        assertThat(rig.sequences.stateBytes()).isEqualTo(8);
    }

    @Test
    void aStartBeginsAnewAndRowsGoTogether() {
        rig.serve(2);
        assertThat(rig.ask(first(1), 1, 10).all()).containsExactly(2, 20);
        assertThat(rig.ask(next(1), 1, 10).all()).containsExactly(4, 40);
        assertThat(rig.ask(first(1), 5).all()).containsExactly(10);
        assertThat(rig.ask(next(1), 5).all()).containsExactly(20);
        assertThat(rig.sequences.count()).isEqualTo(1);
    }

    @Test
    void aRequestMustNameItsSequence() {
        rig.serve(1);
        assertThat(rig.ask(SequenceStep.NONE, 1).error())
                .hasMessage("inference request to model 'summing' must specify a non-zero or non-empty correlation ID");
    }

    @Test
    void requestsOfASequenceKeepTheirOrderUnderManyThreads() throws Exception {
        rig.serve(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<List<Asked>>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int id = i + 1;
            sent.add(threads.submit(() -> {
                List<Asked> asked = new ArrayList<>();
                asked.add(rig.ask(first(id), 1));
                for (int step = 1; step < 500; step++) {
                    asked.add(rig.ask(next(id), step + 1));
                }
                return asked;
            }));
        }
        for (Future<List<Asked>> sequence : sent) {
            float sum = 0;
            int step = 1;
            for (Asked asked : sequence.get(60, TimeUnit.SECONDS)) {
                sum += step++;
                assertThat(asked.y()).isEqualTo(sum);
            }
        }
        threads.shutdownNow();
    }

    @Test
    void staysRightForAThousandStepsWhileVersionsSwap() throws Exception {
        rig.serve(1);
        int count = 50;
        float[] sums = new float[count];
        long[] versions = new long[count];
        int aborted = 0;
        for (int step = 0; step < 1_000; step++) {
            if (step % 100 == 50) {
                rig.aspire(1 + step / 100 + 1, 1_000);
            }
            List<Asked> round = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                round.add(rig.ask(versions[i] == 0 ? first(i + 1) : next(i + 1), 1));
            }
            for (int i = 0; i < count; i++) {
                Asked asked = round.get(i);
                boolean isWell = !asked.isFailed();
                if (isWell) {
                    sums[i]++;
                    assertThat(versions[i] == 0 || versions[i] == asked.version)
                            .as("a sequence stays on its version")
                            .isTrue();
                    versions[i] = asked.version;
                    assertThat(asked.y()).isEqualTo(asked.version * sums[i]);
                } else {
                    assertThat(asked.code()).isEqualTo(ErrorCode.ABORTED);
                    sums[i] = 0;
                    versions[i] = 0;
                    aborted++;
                }
            }
        }
        assertThat(aborted).isGreaterThan(0);
        assertThat(rig.sequences.count()).isEqualTo(count);
    }

    @Test
    void anIdleSequenceIsForgotten() {
        rig.serve(1);
        rig.ask(first(1), 1).y();
        rig.timer.advance(SummingModel.IDLE_MAX.minusSeconds(1));
        assertThat(rig.ask(next(1), 1).y()).isEqualTo(2);
        rig.awaitIdle();
        rig.timer.advance(SummingModel.IDLE_MAX.minusSeconds(1));
        assertThat(rig.ask(next(1), 1).y()).isEqualTo(3);
        rig.awaitIdle();
        rig.timer.advance(SummingModel.IDLE_MAX);
        assertThat(rig.sequences.count()).isZero();
        assertThat(rig.sequences.stateBytes()).isZero();
        assertThat(rig.ask(next(1), 1).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aSequenceThatWaitsForItsRunIsNotIdle() {
        rig.serve(1);
        rig.ask(first(1), 1).y();
        rig.awaitIdle();
        rig.holdsTurns = true;
        Asked held = rig.ask(next(1), 1);
        rig.timer.advance(Duration.ofHours(1));
        assertThat(rig.sequences.count()).isEqualTo(1);
        rig.holdsTurns = false;
        rig.held.forEach(Runnable::run);
        assertThat(held.y()).isEqualTo(2);
    }

    @Test
    void aFailedRequestLeavesTheStateAsItWas() {
        rig.serve(1);
        assertThat(rig.ask(first(1), 4).y()).isEqualTo(4);
        assertThat(rig.ask(next(1), -1).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(rig.ask(next(1), 1).y()).isEqualTo(5);
        assertThat(rig.ask(last(1), -1).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(rig.ask(next(1), 1).code())
                .as("a last one ends it in any case")
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(rig.ask(first(2), -1).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(rig.ask(next(2), 1).code())
                .as("a first one that fails begins nothing")
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(rig.sequences.stateBytes()).isZero();
    }

    @Test
    void whatWaitsLeavesAsSoonAsItsClientIsGone() {
        rig.serve(1);
        assertThat(rig.ask(first(1), 1).y()).isEqualTo(1);
        rig.holdsTurns = true;
        Asked held = rig.ask(next(1), 1);
        Asked gone = rig.ask(next(1), 10);
        Asked after = rig.ask(next(1), 100);
        gone.cancel();
        assertThat(gone.isDone()).as("at once").isTrue();
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(held.isDone()).isFalse();
        rig.holdsTurns = false;
        rig.held.forEach(Runnable::run);
        assertThat(held.y()).isEqualTo(2);
        assertThat(after.y()).isEqualTo(102);
    }

    @Test
    void noMoreSequencesThanMayBeRemembered() {
        rig.serve(1, 2);
        rig.ask(first(1), 1).y();
        rig.ask(first(2), 1).y();
        assertThat(rig.ask(first(3), 1).error())
                .hasMessage(
                        "model 'summing': sequence 3 can't begin: 2 others are remembered (expected: fewer than 2)");
        assertThat(rig.ask(first(2), 1).y()).as("one that is there begins anew").isEqualTo(1);
        rig.ask(last(1), 1).y();
        assertThat(rig.ask(first(3), 1).y()).isEqualTo(1);
    }

    @Test
    void statesTakeNoMoreMemoryThanTheyMay() throws Exception {
        rig.close();
        rig = new SequenceRig(8).serve(1);
        assertThat(rig.ask(first(1), 1, 2).all()).containsExactly(1, 2);
        assertThat(rig.ask(first(2), 1).code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(rig.sequences.stateBytes()).isEqualTo(8);
        rig.ask(last(1), 1, 2).all();
        assertThat(rig.ask(first(2), 1).y()).isEqualTo(1);
    }

    @Test
    void manyEndsAndStartsAtOnceLeaveNothingBehind() throws Exception {
        rig.serve(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<List<Asked>>> sent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int thread = i;
            sent.add(threads.submit(() -> {
                go.await();
                List<Asked> asked = new ArrayList<>();
                for (int round = 0; round < 2_000; round++) {
                    boolean isStart = (round + thread) % 2 == 0;
                    asked.add(rig.ask(new SequenceStep(1, "", isStart, !isStart), 1));
                }
                return asked;
            }));
        }
        go.countDown();
        for (Future<List<Asked>> one : sent) {
            for (Asked asked : one.get(60, TimeUnit.SECONDS)) {
                if (asked.isFailed()) {
                    assertThat(asked.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.RESOURCE_EXHAUSTED);
                } else {
                    assertThat(asked.y()).isIn(1f, 2f);
                }
            }
        }
        threads.shutdownNow();
        rig.ask(new SequenceStep(1, "", true, true), 1).y();
        rig.awaitNone();
        assertThat(rig.sequences.stateBytes()).isZero();
    }

    @Test
    void settingsThatDoNotFitTheModelAreSaid() {
        SequenceSettings wrong = new SequenceSettings(
                SummingModel.IDLE_MAX, 1, java.util.Map.of(), List.of(new SequenceSettings.State("sum", "begun")));
        SequencedLoader loader =
                new SequencedLoader(new SummingModel(1), wrong, java.util.function.UnaryOperator.identity());
        assertThat(org.assertj.core.api.Assertions.catchThrowable(loader::load))
                .hasMessage("sequence: state 'sum' is FP32, its output 'begun' is INT32 (expected: the same, and no"
                        + " control)");
    }
}

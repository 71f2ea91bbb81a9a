package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A version is unloaded after the last of its runs has given everything back, and no earlier; and each reply is one. */
class HandlesTest {
    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    /** Else the last handle of a retired version would let it be unloaded while its memory is still lent. */
    @Test
    void aHandleIsClosedAfterTheResultOfItsRun() {
        RowsModel model = rig.serve("m").costing(rows -> 100_000);
        List<Long> open = new CopyOnWriteArrayList<>();
        rig.prove("m");
        model.closing = () -> open.add(rig.manager.map().handlesOpen());
        rig.submit("m", 1).isAnsweredRight();
        rig.settle();
        assertThat(open).containsExactly(1L);
        for (int round = 0; round < 10; round++) {
            Gate gate = rig.hold("m");
            List<Asked> waiting = rig.submit("m", 1, 1);
            rig.let("m", gate);
            Asked.areAnsweredRight(waiting);
            rig.settle();
        }
        assertThat(rig.last().batch().requests()).isEqualTo(2);
        assertThat(open).doesNotContain(0L).endsWith(2L);
    }

    @Test
    void requestsThatWaitForARetiredVersionAreStillAnsweredByIt() {
        RowsModel old = rig.serve("m");
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 2);
        RowsModel next = new RowsModel(rig.clock).answering(rows -> new float[rows.length]);
        rig.serve("m", next, 2);
        assertThat(rig.submit("m", 1).answer()).containsExactly(0);
        old.gate = null;
        gate.open();
        Asked.areAnsweredRight(waiting);
        rig.awaitEnd("m", 1);
        assertThat(old.faults).isEmpty();
    }

    @Test
    void aResultThatCannotBeClosedDoesNotFailARequestThatWasAnswered() {
        RowsModel model = rig.serve("m");
        model.closing = () -> {
            throw new IllegalStateException("told to fail when a result is closed");
        };
        rig.submit("m", 1).isAnsweredRight();
        Asked second = rig.submit("m", 1);
        second.isAnsweredRight();
        rig.settle();
        assertThat(second.replies()).isEqualTo(1);
    }

    @Test
    void aReplyThatThrowsCostsNobodyElseItsAnswer() {
        rig.serve("m");
        rig.prove("m");
        Gate gate = rig.hold("m");
        Asked bad = rig.submit("m", rig.request(1).then(() -> {
            throw new IllegalStateException("told to fail in the reply");
        }));
        List<Asked> others = rig.submit("m", 1, 1);
        rig.let("m", gate);
        bad.isAnsweredRight();
        Asked.areAnsweredRight(others);
    }

    @Test
    void anAnswerOfAnotherNumberOfRowsFailsTheRequestAndNotTheDispatcher() {
        RowsModel model = rig.serve("m").answering(rows -> new float[rows.length + 1]);
        rig.ask(new BatchingParameters(
                new Joining(
                        Joining.Mode.TRUSTED, 8, Duration.ZERO, new BatchSizes(List.of(2, 8), List.of(), false), true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
        assertThat(rig.submit("m", 1).error())
                .hasMessageContaining("has shape [3] (expected: 2 rows along its first dimension)")
                .extracting("code")
                .isEqualTo(ErrorCode.INTERNAL);
        model.answering(RowsModel.Rule.EACH);
        rig.submit("m", 1).isAnsweredRight();
    }
}

package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that fails is run again in halves, so that only the request that is to blame fails. */
class FailedBatchTest {
    private static final float BAD = -1;

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m").answering(FailedBatchTest::refusingBad);
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 0, Duration.ofMillis(1), BatchSizes.ANY, true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private static float[] refusingBad(float[][] rows) {
        for (float[] row : rows) {
            if (row[0] == BAD) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "a bad row");
            }
        }
        return RowsModel.Rule.EACH.answer(rows);
    }

    private List<Asked> run(int count, Set<Integer> bad) {
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(rig.submit("m", bad.contains(i) ? new Asked(new float[] {BAD, 0}) : rig.request(1 + i % 2)));
        }
        rig.pass(Duration.ofMillis(1));
        return all;
    }

    @ParameterizedTest(name = "request {0} of 9")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
    void onlyTheRequestWithTheBadRowFails(int position) {
        List<Asked> all = run(9, Set.of(position - 1));
        for (int i = 0; i < all.size(); i++) {
            if (i == position - 1) {
                assertThat(all.get(i).error()).hasMessage("a bad row");
            } else {
                all.get(i).isAnsweredRight();
            }
        }
        rig.settle();
        // Halving 9 down to one: the whole, then two for each of at most four levels.
        assertThat(rig.dispatches).hasSizeBetween(7, 9);
    }

    @Test
    void severalBadRowsFailByThemselves() {
        List<Asked> all = run(8, Set.of(0, 3, 4));
        for (int i = 0; i < all.size(); i++) {
            if (Set.of(0, 3, 4).contains(i)) {
                assertThat(all.get(i).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            } else {
                all.get(i).isAnsweredRight();
            }
        }
    }

    @Test
    void aRunThatWasEndedByItsDeadlineIsNotRunAgain() {
        rig.model("m").answering(rows -> {
            throw new SlipwayException(ErrorCode.DEADLINE_EXCEEDED, "ended");
        });
        run(4, Set.of()).forEach(asked -> assertThat(asked.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        rig.settle();
        assertThat(rig.model("m").runRows()).hasSize(1);
    }

    @Test
    void whoHasGoneMeanwhileIsNotRunAgain() {
        Asked gone = rig.submit("m", 1);
        Asked late = rig.submit("m", rig.request(1), Duration.ofMillis(2));
        List<Asked> others = rig.submit("m", 1, 1);
        Asked bad = rig.submit("m", new Asked(new float[] {BAD, 0}));
        rig.model("m").costing(rows -> 1_500_000);
        rig.model("m").meanwhile = gone::cancel;
        rig.pass(Duration.ofMillis(1));
        Asked.areAnsweredRight(others);
        assertThat(bad.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        rig.settle();
        assertThat(rig.model("m").runRows()).containsExactly(5, 3, 1, 2, 1, 1);
    }

    @Test
    void anErrorThatIsNoneOfOursIsInternalAndFailsOnlyItsRequest() {
        rig.model("m").answering(rows -> {
            if (rows[0][0] == BAD) {
                throw new StackOverflowError("told to");
            }
            return RowsModel.Rule.EACH.answer(rows);
        });
        Asked bad = rig.submit("m", new Asked(new float[] {BAD, 0}));
        Asked good = rig.submit("m", 1);
        rig.pass(Duration.ofMillis(1));
        good.isAnsweredRight();
        assertThat(bad.error()).hasMessageContaining("unexpected: java.lang.StackOverflowError");
    }
}

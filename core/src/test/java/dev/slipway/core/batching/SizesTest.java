package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs have the numbers of rows that were asked for: padded to those allowed, cut to the most. */
class SizesTest {
    private static final BatchSizes TWO_FOUR_EIGHT = new BatchSizes(List.of(2, 4, 8), List.of(), false);

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(Joining.Mode mode, int rowsMax, BatchSizes sizes, boolean splitsLarge) {
        rig.ask(new BatchingParameters(
                new Joining(mode, rowsMax, Duration.ZERO, sizes, splitsLarge), Queueing.DEFAULT, Duration.ZERO, 0));
    }

    @ParameterizedTest(name = "{0} rows run as {1}")
    @CsvSource({"1, 2", "2, 2", "3, 4", "4, 4", "5, 8", "8, 8"})
    void rowsArePaddedToAnAllowedSizeAndAnswersAreWithoutThem(int rows, int padded) {
        ask(Joining.Mode.TRUSTED, 8, TWO_FOUR_EIGHT, false);
        rig.submit("m", rows).isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(padded);
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(1, rows, padded - rows, false));
    }

    @Test
    void joinedRequestsArePaddedTogether() {
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 8, Duration.ofMillis(1), TWO_FOUR_EIGHT, false),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
        List<Asked> asked = rig.submit("m", 1, 3, 1);
        rig.pass(Duration.ofMillis(1));
        Asked.areAnsweredRight(asked);
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(3, 5, 3, false));
    }

    @Test
    void aRequestOfMoreRowsThanAreAllowedIsRefused() {
        ask(Joining.Mode.TRUSTED, 4, BatchSizes.ANY, false);
        assertThat(rig.submit("m", 5).error())
                .hasMessage("model 'm:1': the request has 5 rows (expected: at most 4, as its batching parameters say)")
                .extracting("code")
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        rig.submit("m", 4).isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(4);
    }

    @Test
    void orRunsInPartsWhereThatIsAskedFor() {
        ask(Joining.Mode.TRUSTED, 4, BatchSizes.ANY, true);
        rig.submit("m", 11).isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(4, 4, 3);
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(1, 11, 0, false));
    }

    @ParameterizedTest(name = "{0} rows have {1} of padding")
    @CsvSource({"9, 1", "11, 1", "13, 3", "16, 0", "24, 0"})
    void theLastPartIsPadded(int rows, int padding) {
        ask(Joining.Mode.TRUSTED, 8, TWO_FOUR_EIGHT, true);
        rig.submit("m", rows).isAnsweredRight();
        assertThat(rig.model("m").runRows()).allMatch(TWO_FOUR_EIGHT.allowed()::contains);
        assertThat(rig.last().batch()).isEqualTo(new Dispatch.Batch(1, rows, padding, false));
    }

    @Test
    void aLargeRequestRunsByItselfAlsoWhenOthersWait() {
        ask(Joining.Mode.TRUSTED, 4, BatchSizes.ANY, true);
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 6, 1, 1);
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
        rig.settle();
        assertThat(rig.model("m").runRows()).startsWith(1, 4, 2);
    }

    /** Rows of this model say where they stand. */
    @Test
    void nothingIsPaddedOrCutWhileRowsAreNotKnownToBeIndependent() {
        RowsModel.Rule numberOfRows = rows -> {
            float[] y = new float[rows.length];
            Arrays.fill(y, rows.length);
            return y;
        };
        rig.serve("n").answering(numberOfRows);
        ask(Joining.Mode.LEARNT, 4, new BatchSizes(List.of(4), List.of(), false), true);
        for (int i = 0; i < 5; i++) {
            assertThat(rig.submit("n", 3).answer()).containsExactly(3, 3, 3);
            assertThat(rig.submit("n", 5).answer()).containsExactly(5, 5, 5, 5, 5);
            rig.settle();
        }
        assertThat(rig.state("n").joining()).startsWith("off: rows are not independent");
    }

    @Test
    void onceTheyAreKnownToBeTheyArePadded() {
        ask(Joining.Mode.LEARNT, 4, new BatchSizes(List.of(4), List.of(), false), true);
        rig.prove("m");
        rig.submit("m", 3).isAnsweredRight();
        assertThat(rig.model("m").runRows()).endsWith(4);
    }

    @Test
    void requestsOfOtherShapesArePaddedToTheLargestWhereThatIsAskedFor() {
        rig.ask(new BatchingParameters(
                new Joining(
                        Joining.Mode.TRUSTED,
                        3,
                        Duration.ofMillis(1),
                        new BatchSizes(List.of(), List.of(), true),
                        true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
        Asked two = rig.submit("m", new Asked(new float[] {1, 2}));
        Asked three = rig.submit("m", new Asked(new float[] {5, 6, 7}, new float[] {8, 9, 10}));
        // Padded with its own first element: 1, 2 and 1 again.
        assertThat(two.answer()).containsExactly(1 + 2 * 2 + 3 * 1);
        three.isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(3);
    }

    @Test
    void otherSizesHoldAtOnce() {
        ask(Joining.Mode.TRUSTED, 8, TWO_FOUR_EIGHT, false);
        rig.submit("m", 3).isAnsweredRight();
        ask(Joining.Mode.TRUSTED, 6, new BatchSizes(List.of(6), List.of(), false), false);
        rig.submit("m", 3).isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(4, 6);
    }
}

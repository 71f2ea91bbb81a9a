package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model whose rows depend on each other is found out, is never joined, and says why. */
class DependentRowsTest {
    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private static Arguments rule(String name, RowsModel.Rule rule) {
        return Arguments.of(name, rule);
    }

    static Stream<Arguments> dependentRules() {
        return Stream.of(
                rule("adds the mean of the batch", rows -> plus(rows, i -> mean(rows))),
                rule("adds the largest of the batch", rows -> plus(rows, i -> largest(rows))),
                rule("adds the first row", rows -> plus(rows, i -> rows[0][0])),
                rule("adds the last row", rows -> plus(rows, i -> rows[rows.length - 1][0])),
                rule("adds up", rows -> plus(rows, i -> sumTo(rows, i))),
                rule("adds the position", rows -> plus(rows, i -> i)),
                rule("adds the number of rows", rows -> plus(rows, i -> rows.length)));
    }

    private interface Extra {
        float of(int index);
    }

    private static float[] plus(float[][] rows, Extra extra) {
        float[] y = RowsModel.Rule.EACH.answer(rows);
        for (int i = 0; i < y.length; i++) {
            y[i] += extra.of(i);
        }
        return y;
    }

    private static float mean(float[][] rows) {
        float sum = 0;
        for (float[] row : rows) {
            sum += row[0] + row[1];
        }
        return sum / rows.length / 2;
    }

    private static float largest(float[][] rows) {
        float largest = 0;
        for (float[] row : rows) {
            largest = Math.max(largest, Math.max(row[0], row[1]));
        }
        return largest;
    }

    private static float sumTo(float[][] rows, int index) {
        float sum = 0;
        for (int i = 0; i <= index; i++) {
            sum += rows[i][0];
        }
        return sum;
    }

    /** Has requests wait together, again and again. */
    private List<Asked> runWaiting(Stream<Asked> requests) {
        List<Asked> all = new ArrayList<>();
        requests.forEach(request -> {
            Gate gate = rig.hold("m");
            all.add(rig.submit("m", request));
            all.addAll(rig.submit("m", 1, 2, 1));
            rig.let("m", gate);
            all.forEach(Asked::answer);
            rig.settle();
        });
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dependentRules")
    void aModelWhoseRowsDependOnEachOtherIsNeverJoined(String name, RowsModel.Rule rule) {
        rig.serve("m").answering(rule);
        List<Asked> all = runWaiting(Stream.generate(() -> rig.request(1)).limit(30));
        for (Asked asked : all) {
            assertThat(asked.answer()).isEqualTo(rule.answer(asked.rows));
        }
        assertThat(rig.requestsFrom(0)).containsOnly(1);
        assertThat(rig.state("m").joining()).startsWith("off: rows are not independent: output 'y' is ");
    }

    /** Each row holds the same number twice, so that turning it round makes no other row. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("dependentRules")
    void soIsOneWhoseRowsAreAllAlike(String name, RowsModel.Rule rule) {
        rig.serve("m").answering(rule);
        runWaiting(Stream.generate(() -> new Asked(new float[] {3, 3})).limit(30));
        assertThat(rig.requestsFrom(0)).containsOnly(1);
        assertThat(rig.state("m").joining()).startsWith("off: rows are not independent: output 'y' is ");
    }

    @Test
    void aModelThatTakesNoThreeRowsIsNeverJoined() {
        rig.serve("m").answering(rows -> {
            if (rows.length == 3) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no three rows");
            }
            return RowsModel.Rule.EACH.answer(rows);
        });
        Asked.areAnsweredRight(runWaiting(Stream.generate(() -> rig.request(1)).limit(10)));
        assertThat(rig.requestsFrom(0)).containsOnly(1);
        assertThat(rig.state("m").joining())
                .isEqualTo("off: rows are not independent: three rows together fail: no three rows");
    }

    @Test
    void aModelThatAnswersAtRandomIsNeverJoined() {
        Random random = new Random(7);
        rig.serve("m").answering(rows -> plus(rows, i -> random.nextFloat()));
        runWaiting(Stream.generate(() -> rig.request(1)).limit(10));
        assertThat(rig.requestsFrom(0)).containsOnly(1);
        assertThat(rig.state("m").joining()).startsWith("off: rows are not independent: output 'y' is ");
    }

    @Test
    void aModelThatCannotBeRunAloneIsAskedSomeTimesAndThenLeft() {
        rig.serve("m").answering(rows -> {
            if (rows.length == 1) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "not one row");
            }
            return RowsModel.Rule.EACH.answer(rows);
        });
        for (int i = 0; i < 20; i++) {
            rig.submit("m", 2).isAnsweredRight();
            rig.settle();
        }
        assertThat(rig.model("m").runs).hasSize(20 + 8);
        assertThat(rig.state("m").joining()).endsWith("they can't be run alone");
    }

    @Test
    void whoTrustsTheModelIsBelieved() {
        rig.serve("m").answering(rows -> plus(rows, i -> i));
        rig.dispatcher.configure(new BatchingConfig(
                BatchingParameters.LEARNT,
                Map.of(
                        "m",
                        new BatchingParameters(
                                new Joining(Joining.Mode.TRUSTED, 0, java.time.Duration.ZERO, BatchSizes.ANY, true),
                                Queueing.DEFAULT,
                                java.time.Duration.ZERO,
                                0))));
        runWaiting(Stream.generate(() -> rig.request(1)).limit(10));
        assertThat(rig.requestsFrom(0)).contains(4);
    }
}

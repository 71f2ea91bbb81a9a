package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostCurveTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_000 * SECOND;

    private final CostCurve curve = new CostCurve();

    private void record(int times, int rows, long nanos, long now) {
        for (int i = 0; i < times; i++) {
            curve.record(rows, nanos, now);
        }
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(curve.nanos(1)).isZero();
        assertThat(curve.isKnown()).isFalse();
        assertThat(curve.isKnown(1, NOW)).isFalse();
        assertThat(curve.costs()).isEmpty();
    }

    @ParameterizedTest(name = "{0} rows: {1} ns")
    @CsvSource({"1, 1000", "2, 1000", "4, 1000", "8, 2000", "12, 3000", "16, 4000", "32, 8000", "1600, 400000"})
    void isInterpolatedBetweenWhatWasMeasuredAndInProportionBeyond(int rows, long nanos) {
        record(3, 4, 1_000, NOW);
        record(3, 16, 4_000, NOW);
        assertThat(curve.nanos(rows)).isEqualTo(nanos);
        assertThat(curve.nanosPerRow(rows)).isEqualTo((double) nanos / rows, within(1e-9));
    }

    @Test
    void aSizeIsKnownFromThreeRunsOn() {
        record(2, 8, 1_000, NOW);
        assertThat(curve.isKnown(8, NOW)).isFalse();
        record(1, 7, 1_000, NOW);
        assertThat(curve.isKnown(8, NOW)).isTrue();
        assertThat(curve.isKnown(5, NOW)).isTrue();
        assertThat(curve.isKnown(9, NOW)).isFalse();
        assertThat(curve.isKnown(4, NOW)).isFalse();
        assertThat(curve.isKnown()).isTrue();
    }

    @Test
    void aPauseOfTheMachineDoesNotMoveIt() {
        record(10, 1, 1_000, NOW);
        record(3, 1, 50_000_000, NOW);
        assertThat(curve.nanos(1)).isEqualTo(1_000);
    }

    @Test
    void aLastingChangeDoes() {
        record(20, 1, 1_000, NOW);
        record(8 * 8, 1, 3_000, NOW);
        assertThat(curve.nanos(1)).isEqualTo(3_000);
    }

    /** A thousand runs of its own cost, from one second to a minute. */
    @ParameterizedTest(name = "{0} us: {1} s")
    @CsvSource({"10, 1", "1000, 1", "5000, 5", "90000, 60"})
    void isForgottenAfterAThousandRunsOfItsOwnCost(long micros, long seconds) {
        record(3, 2, micros * 1_000, NOW);
        assertThat(curve.isKnown(2, NOW + seconds * SECOND)).isTrue();
        assertThat(curve.isKnown(2, NOW + seconds * SECOND + 1)).isFalse();
        assertThat(curve.nanos(2)).isEqualTo(micros * 1_000);
    }

    @Test
    void whatComesAfterThatIsJudgedByItself() {
        record(20, 2, 1_000, NOW);
        curve.record(2, 9_000, NOW + 2 * SECOND);
        assertThat(curve.nanos(2)).isEqualTo(9_000);
        assertThat(curve.isKnown(2, NOW + 2 * SECOND)).isFalse();
        record(2, 2, 9_000, NOW + 2 * SECOND);
        assertThat(curve.isKnown(2, NOW + 2 * SECOND)).isTrue();
    }

    @Test
    void tellsWhatWasMeasured() {
        record(3, 1, 1_000, NOW);
        record(3, 6, 2_000, NOW);
        assertThat(curve.costs())
                .containsExactly(new DispatchState.Cost(1, 1_000, 3), new DispatchState.Cost(6, 2_000, 3));
    }

    @Test
    void takesRunsOfAnySize() {
        curve.record(0, 1_000, NOW);
        curve.record(Integer.MAX_VALUE, 5_000, NOW);
        assertThat(curve.nanos(0)).isEqualTo(1_000);
        assertThat(curve.nanos(Integer.MAX_VALUE)).isEqualTo(5_000);
    }

    @Test
    void rowsOfOtherSizesHaveCurvesOfTheirOwn() {
        CostModel costs = new CostModel();
        assertThat(costs.last()).isNull();
        for (int i = 0; i < 3; i++) {
            costs.curve(4).record(1, 1_000, NOW);
            costs.curve(1000).record(1, 90_000, NOW);
        }
        assertThat(costs.curve(7).nanos(1)).isEqualTo(1_000);
        assertThat(costs.curve(8).nanos(1)).isZero();
        assertThat(costs.curve(600).nanos(1)).isEqualTo(90_000);
        assertThat(costs.curve(0).nanos(1)).isZero();
        assertThat(costs.curve(Long.MAX_VALUE).nanos(1)).isZero();
        assertThat(costs.last()).isSameAs(costs.curve(1000));
    }
}

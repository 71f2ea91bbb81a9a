package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DispatchReason;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSizerTest {
    private static final long NOW = 1_000_000_000_000L;

    /** 100 us, and 1 us a row. */
    private static final IntToLongFunction MATRIX = rows -> 100_000 + 1_000L * rows;

    /** 100 us a row. */
    private static final IntToLongFunction CONVOLUTION = rows -> 100_000L * rows;

    /** Rows of up to 16 cost together what one does, more than that each a 16th. */
    private static final IntToLongFunction SATURATED = rows -> Math.max(160_000, 10_000L * rows);

    private static CostCurve curve(IntToLongFunction nanos, int largest) {
        CostCurve curve = new CostCurve();
        for (int rows = 1; rows <= largest; rows *= 2) {
            for (int i = 0; i < CostCurve.SAMPLES_MIN; i++) {
                curve.record(rows, nanos.applyAsLong(rows), NOW);
            }
        }
        return curve;
    }

    private static BatchSizer.Choice choose(CostCurve curve, int first, int all, int rowsMax, long nanosMax) {
        return BatchSizer.choose(
                curve, new BatchSizer.Waiting(first, all), new BatchSizer.Bounds(rowsMax, nanosMax), NOW);
    }

    private static BatchSizer.Choice choice(int rows, DispatchReason reason) {
        return new BatchSizer.Choice(rows, reason);
    }

    @ParameterizedTest(name = "{0} rows of which {1} are the first's: {2}, {3}")
    @CsvSource({
        "1, 1, 1, IDLE",
        "5, 5, 5, IDLE",
        "2, 1, 2, IDLE",
        "7, 2, 7, IDLE",
        "64, 1, 64, IDLE",
        "200, 1, 200, IDLE"
    })
    void takesAllWhereEachMoreRowPays(int all, int first, int rows, DispatchReason reason) {
        assertThat(choose(curve(MATRIX, 256), first, all, 0, Long.MAX_VALUE)).isEqualTo(choice(rows, reason));
    }

    @ParameterizedTest(name = "{0} rows of which {1} are the first's: {1} runs by itself")
    @CsvSource({"2, 1", "8, 1", "200, 1", "12, 4"})
    void takesTheFirstAloneWhereJoiningDoesNotPay(int all, int first) {
        assertThat(choose(curve(CONVOLUTION, 256), first, all, 0, Long.MAX_VALUE))
                .isEqualTo(choice(first, DispatchReason.SIZE));
    }

    @Test
    void takesTheSmallestSizeThatIsAboutAsGoodAsTheBest() {
        assertThat(choose(curve(SATURATED, 256), 1, 200, 0, Long.MAX_VALUE)).isEqualTo(choice(16, DispatchReason.SIZE));
    }

    /** The single row's cost for each row must fall by a tenth. */
    @ParameterizedTest(name = "two rows at {0} % of twice the cost: {1}")
    @CsvSource({"85, 2", "89, 2", "91, 1", "100, 1", "120, 1"})
    void joiningHasToPayByATenth(int percent, int rows) {
        CostCurve curve = curve(each -> each == 1 ? 100_000 : each * 1_000L * percent, 2);
        assertThat(choose(curve, 1, 2, 0, Long.MAX_VALUE).rows()).isEqualTo(rows);
    }

    @ParameterizedTest(name = "at most {0} rows, {1} us: {2}, {3}")
    @CsvSource({
        "8, 1000, 8, FULL",
        "0, 150, 50, SLO",
        "32, 150, 32, FULL",
        "60, 150, 50, SLO",
        "0, 50, 1, SLO",
        "1, 1000, 1, FULL"
    })
    void keepsTheBounds(int rowsMax, long microsMax, int rows, DispatchReason reason) {
        assertThat(choose(curve(MATRIX, 256), 1, 100, rowsMax, microsMax * 1_000))
                .isEqualTo(choice(rows, reason));
    }

    @Test
    void aFirstRequestBeyondTheBoundRunsAlone() {
        assertThat(choose(curve(MATRIX, 256), 20, 30, 8, Long.MAX_VALUE)).isEqualTo(choice(20, DispatchReason.FULL));
    }

    @Test
    void beforeAnythingIsKnownOneRequestRuns() {
        assertThat(choose(new CostCurve(), 3, 30, 0, Long.MAX_VALUE)).isEqualTo(choice(3, DispatchReason.SIZE));
    }

    @ParameterizedTest(name = "known up to {0} rows: {1}")
    @CsvSource({"1, 2", "2, 4", "4, 8", "8, 16", "32, 64", "64, 100"})
    void triesTheNextSizeForAsLongAsDoublingPays(int known, int rows) {
        assertThat(choose(curve(MATRIX, known), 1, 100, 0, Long.MAX_VALUE).rows())
                .isEqualTo(rows);
    }

    @ParameterizedTest(name = "known up to {0} rows: {1}")
    @CsvSource({"1, 2", "2, 4", "4, 8", "8, 1"})
    void triesUpToEightWhereItDoesNot(int known, int rows) {
        assertThat(choose(curve(CONVOLUTION, known), 1, 100, 0, Long.MAX_VALUE).rows())
                .isEqualTo(rows);
    }

    @ParameterizedTest(name = "{0} us of at most 100: {1} rows")
    @CsvSource({"40, 2", "60, 2", "100, 2", "101, 1"})
    void triesASizeWhoseHalfKeepsTheBound(long micros, int rows) {
        assertThat(choose(curve(each -> micros * 1_000, 1), 1, 100, 0, 100_000).rows())
                .isEqualTo(rows);
    }

    @Test
    void doesNotTryWhatWouldTakeASecondOrMore() {
        CostCurve curve = curve(rows -> 600_000_000L, 1);
        assertThat(choose(curve, 1, 100, 0, Long.MAX_VALUE).rows()).isEqualTo(1);
    }

    /** Loaded runs may cost several times what a request by itself cost when the machine had nothing else to do. */
    @Test
    void runsTheFirstAloneAgainBeforeOthersAreHeldAgainstIt() {
        CostCurve curve = curve(MATRIX, 256);
        long later = NOW + 2_000_000_000L;
        for (int rows = 2; rows <= 256; rows *= 2) {
            record(curve, rows, 3 * MATRIX.applyAsLong(rows), later);
        }
        BatchSizer.Waiting waiting = new BatchSizer.Waiting(1, 200);
        for (int i = 0; i < CostCurve.SAMPLES_MIN; i++) {
            assertThat(BatchSizer.choose(curve, waiting, BatchSizer.Bounds.NONE, later))
                    .isEqualTo(choice(1, DispatchReason.SIZE));
            curve.record(1, 3 * MATRIX.applyAsLong(1), later);
        }
        assertThat(BatchSizer.choose(curve, waiting, BatchSizer.Bounds.NONE, later))
                .isEqualTo(choice(200, DispatchReason.IDLE));
        assertThat(BatchSizer.sharedNanosMax(curve, 1, later)).isEqualTo(2_000_000);
    }

    /** Of requests of many sizes each would else run by itself again and again. */
    @Test
    void aRareSizeThatIsLargerThanAKnownOneIsJoinedWithoutThat() {
        CostCurve curve = new CostCurve();
        record(curve, 1, MATRIX.applyAsLong(1), NOW);
        record(curve, 64, MATRIX.applyAsLong(64), NOW);
        assertThat(choose(curve, 5, 60, 0, Long.MAX_VALUE).rows()).isGreaterThan(5);
    }

    @Test
    void whatASharedRunMayCostFollowsFromWhatIsKnownNow() {
        CostCurve curve = curve(rows -> 2_000_000L + 1_000L * rows, 8);
        assertThat(BatchSizer.sharedNanosMax(curve, 1, NOW)).isEqualTo(4 * 2_001_000L);
        assertThat(BatchSizer.sharedNanosMax(curve, 8, NOW)).isEqualTo(4 * 2_008_000L);
        long later = NOW + 10_000_000_000L;
        record(curve, 1, 6_000_000, later);
        // That of eight rows is from before; it costs no less than one.
        assertThat(BatchSizer.sharedNanosMax(curve, 8, later)).isEqualTo(4 * 6_000_000L);
    }

    private static void record(CostCurve curve, int rows, long nanos, long now) {
        for (int i = 0; i < CostCurve.SAMPLES_MIN; i++) {
            curve.record(rows, nanos, now);
        }
    }

    @Test
    void triesAgainWhatIsNotKnownAnyMore() {
        CostCurve curve = curve(CONVOLUTION, 8);
        long later = NOW + 2_000_000_000L;
        for (int i = 0; i < 20; i++) {
            curve.record(1, 100_000, later);
        }
        assertThat(BatchSizer.choose(curve, new BatchSizer.Waiting(1, 100), BatchSizer.Bounds.NONE, later)
                        .rows())
                .isEqualTo(2);
    }
}

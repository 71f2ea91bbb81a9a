package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be asked of the dispatcher, and what may not. */
class ParametersTest {
    private static final Duration BEFORE = Duration.ofMillis(-1);

    private static Arguments bad(String message, ThrowingCallable call) {
        return Arguments.of(message, call);
    }

    private static Joining joining(int rowsMax, Duration wait, BatchSizes sizes) {
        return new Joining(Joining.Mode.TRUSTED, rowsMax, wait, sizes, true);
    }

    private static BatchSizes sizes(List<Integer> allowed, List<Integer> preferred) {
        return new BatchSizes(allowed, preferred, false);
    }

    private static QueuePolicy policy(int requestsMax, Duration timeout) {
        return new QueuePolicy(requestsMax, timeout, QueuePolicy.OnTimeout.REJECT, true);
    }

    private static BatchingParameters parameters(Duration objective, int runsAtOnceMax) {
        return new BatchingParameters(Joining.LEARNT, Queueing.DEFAULT, objective, runsAtOnceMax);
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("rowsMax: -1 (expected: >= 0)", () -> joining(-1, Duration.ZERO, BatchSizes.ANY)),
                bad("waitMax: PT-0.001S (expected: >= 0)", () -> joining(0, BEFORE, BatchSizes.ANY)),
                bad(
                        "allowed sizes end with 4 (expected: rowsMax, 8)",
                        () -> joining(8, Duration.ZERO, sizes(List.of(2, 4), List.of()))),
                bad(
                        "preferred sizes end with 16 (expected: at most rowsMax, 8)",
                        () -> joining(8, Duration.ZERO, sizes(List.of(), List.of(4, 16)))),
                bad("allowed: [4, 2] (expected: >= 1, rising)", () -> sizes(List.of(4, 2), List.of())),
                bad("allowed: [0] (expected: >= 1, rising)", () -> sizes(List.of(0), List.of())),
                bad("preferred: [2, 2] (expected: >= 1, rising)", () -> sizes(List.of(), List.of(2, 2))),
                bad("requestsMax: 0 (expected: >= 1)", () -> policy(0, Duration.ZERO)),
                bad("timeout: PT-0.001S (expected: >= 0)", () -> policy(1, BEFORE)),
                bad("levels: none (expected: at least one)", () -> new Queueing(List.of(), 1)),
                bad("defaultPriority: 0 (expected: 1 to 1)", () -> new Queueing(List.of(QueuePolicy.DEFAULT), 0)),
                bad("defaultPriority: 2 (expected: 1 to 1)", () -> new Queueing(List.of(QueuePolicy.DEFAULT), 2)),
                bad("latencyObjective: PT-0.001S (expected: >= 0)", () -> parameters(BEFORE, 0)),
                bad("runsAtOnceMax: -1 (expected: >= 0)", () -> parameters(Duration.ZERO, -1)),
                bad("priority: -1, timeoutNanos: 0 (expected: >= 0)", () -> new Urgency(-1, 0)),
                bad("priority: 0, timeoutNanos: -1 (expected: >= 0)", () -> new Urgency(0, -1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badValues")
    void badValuesAreRefusedByName(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest(name = "{0} rows: padded to {1}, preferred {2}")
    @CsvSource({"1, 2, 0", "2, 2, 2", "3, 8, 2", "5, 8, 4", "8, 8, 4", "9, 9, 4"})
    void sizesSayWhatIsRun(int rows, int padded, int preferred) {
        BatchSizes sizes = sizes(List.of(2, 8), List.of(2, 4));
        assertThat(sizes.padded(rows)).isEqualTo(padded);
        assertThat(sizes.preferredWithin(rows)).isEqualTo(preferred);
    }

    @Test
    void theLargestAllowedSizeIsTheMost() {
        assertThat(joining(0, Duration.ZERO, sizes(List.of(2, 8), List.of())).rowsMax())
                .isEqualTo(8);
        assertThat(joining(0, Duration.ZERO, BatchSizes.ANY).rowsMax()).isZero();
    }

    @ParameterizedTest(name = "priority {0}: level {1}")
    @CsvSource({"0, 1", "1, 0", "2, 1", "3, 2", "4, 1", "2147483647, 1"})
    void anUnknownPriorityIsTheDefault(int priority, int level) {
        Queueing queueing = new Queueing(List.of(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT, QueuePolicy.DEFAULT), 2);
        assertThat(queueing.level(priority)).isEqualTo(level);
    }

    @ParameterizedTest(name = "waited {0} ns of 1,000: {1} are left for the run")
    @CsvSource({"0, 1000", "300, 700", "500, 500", "800, 500", "5000, 500"})
    void aRunHasWhatIsLeftOfTheObjectiveAndNoLessThanHalf(long waited, long left) {
        assertThat(parameters(Duration.ofNanos(1_000), 0).runNanosMax(waited)).isEqualTo(left);
    }

    @Test
    void aModelThatIsNotNamedHasTheFallback() {
        BatchingParameters one = parameters(Duration.ofMillis(5), 1);
        BatchingConfig config = new BatchingConfig(BatchingParameters.LEARNT, Map.of("m", one));
        assertThat(config.of("m")).isSameAs(one);
        assertThat(config.of("n")).isSameAs(BatchingParameters.LEARNT);
    }
}

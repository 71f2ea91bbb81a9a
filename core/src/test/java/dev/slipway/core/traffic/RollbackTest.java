package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.StateLog;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests are told of by hand, on a clock that the test turns. */
class RollbackTest {
    private static final RollbackBounds BOUNDS = new RollbackBounds(Duration.ofMinutes(5), 80, 0.01, 1.5);
    private static final Split SEVEN = Split.of(7);
    private static final Split EIGHT = Split.of(8);
    private static final long MILLI = 1_000_000;

    private final StateLog log = new StateLog();
    private final Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
    private final AtomicLong clock = new AtomicLong();
    private final Traffic traffic = new Traffic(manager, new Shadows(manager.map(), Runnable::run), clock::get);

    @BeforeEach
    void labelNamesSeven() {
        serve(7, 8);
        label(SEVEN, BOUNDS);
    }

    @AfterEach
    void close() throws Exception {
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
    }

    private void serve(long... versions) {
        manager.aspire(new AspiredVersions(
                "fraud",
                Arrays.stream(versions)
                        .mapToObj(version -> new AddingModel(version, 1).wish())
                        .toList()));
        for (long version : versions) {
            log.await("fraud", version, VersionState.AVAILABLE);
        }
    }

    private void label(Split wish, RollbackBounds bounds) {
        traffic.configure(
                "fraud",
                ModelSettings.DEFAULT.withLabels(Map.of("champion", wish)),
                new TrafficSettings("", null, null, bounds));
        settle();
    }

    /** Until the manager has seen to all that was asked of it. */
    private void settle() {
        try {
            manager.settled().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void end(long version, int count, ErrorCode code, long nanos) {
        for (int i = 0; i < count; i++) {
            traffic.requestEnded(new ServableId("fraud", version), code, nanos);
        }
        settle();
    }

    private ModelStatus status() {
        return manager.statuses().get("fraud");
    }

    private Split label() {
        return status().labels().get("champion");
    }

    @Test
    void goesBackWhenTooManyRequestsFail() {
        label(EIGHT, BOUNDS);
        end(8, 78, ErrorCode.OK, MILLI);
        end(8, 1, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 1, ErrorCode.OK, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
        assertThat(status().rolledBack())
                .containsExactly(Map.entry(
                        "champion",
                        "version 8 broke error_rate: 1 of 80 requests failed (expected: at most 1 %); back to 7"));
        assertThat(status().pendingLabels()).isEmpty();
        assertThat(traffic.rollbacks()).containsExactly(Map.entry("fraud", 1L));
    }

    @Test
    void goesBackAtTheFirstFailureThatIsTooMuch() {
        label(EIGHT, BOUNDS);
        end(8, 200, ErrorCode.OK, MILLI);
        end(8, 2, ErrorCode.DATA_LOSS, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 1, ErrorCode.UNKNOWN, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_ARGUMENT", "CANCELLED", "NOT_FOUND", "FAILED_PRECONDITION", "PERMISSION_DENIED"})
    void theCallersFaultsAreNoneOfTheVersions(ErrorCode code) {
        label(EIGHT, BOUNDS);
        end(8, 1_000, code, 0);
        end(8, 1_000, code, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        // Nor do they water down those that are.
        end(8, 79, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 1, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOURCE_EXHAUSTED", "UNAVAILABLE"})
    void aRefusalToWaitInLineIsNoFaultButARunThatFindsNoMemoryIs(ErrorCode code) {
        label(EIGHT, BOUNDS);
        end(8, 1_000, code, 0);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 80, code, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
    }

    @Test
    void goesBackWhenRunsTakeTooLong() {
        end(7, 500, ErrorCode.OK, MILLI);
        label(EIGHT, BOUNDS);
        end(8, 190, ErrorCode.OK, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 20, ErrorCode.OK, 2 * MILLI);
        assertThat(label()).isEqualTo(SEVEN);
        assertThat(status().rolledBack().get("champion"))
                .startsWith("version 8 broke p99_ratio: ")
                .contains("(expected: at most 1 %; version 7: 99 % within 1.0")
                .endsWith("back to 7");
    }

    @Test
    void aFewLongRunsAreAnAccident() {
        end(7, 500, ErrorCode.OK, MILLI);
        label(EIGHT, BOUNDS);
        end(8, 4, ErrorCode.OK, 100 * MILLI);
        end(8, 300, ErrorCode.OK, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
    }

    @Test
    void aSlowMachineIsNoFaultOfTheVersion() {
        end(7, 500, ErrorCode.OK, MILLI);
        label(new Split(Map.of(7L, 1, 8L, 1)), BOUNDS);
        end(7, 100, ErrorCode.OK, 3 * MILLI);
        end(8, 500, ErrorCode.OK, 3 * MILLI);
        assertThat(label().isSingle()).isFalse();
    }

    @Test
    void judgesNoTimesWithoutEnoughToCompareWith() {
        end(7, 79, ErrorCode.OK, MILLI);
        label(EIGHT, BOUNDS);
        end(8, 500, ErrorCode.OK, 100 * MILLI);
        assertThat(label()).isEqualTo(EIGHT);
    }

    @Test
    void judgesTheVersionWhoseShareGrewAndReturnsToTheSharesThereWere() {
        Split few = new Split(Map.of(7L, 95, 8L, 5));
        Split half = new Split(Map.of(7L, 50, 8L, 50));
        label(few, BOUNDS);
        label(half, BOUNDS);
        end(7, 500, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(half);
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(few);
    }

    @Test
    void theWindowEnds() {
        label(EIGHT, BOUNDS);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        end(8, 1, ErrorCode.OK, MILLI);
        clock.addAndGet(Duration.ofMinutes(5).toNanos() + 1);
        end(8, 1_000, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
    }

    @Test
    void theWindowBeginsWithTheFirstRequest() {
        label(EIGHT, BOUNDS);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
    }

    @Test
    void theWindowDoesNotBeginBeforeTheLabelMoves() {
        label(new Split(Map.of(8L, 1, 9L, 1)), BOUNDS);
        assertThat(status().pendingLabels()).containsKey("champion");
        end(8, 1_000, ErrorCode.INTERNAL, MILLI);
        assertThat(status().rolledBack()).isEmpty();
        serve(7, 8, 9);
        settle();
        end(8, 79, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isNotEqualTo(SEVEN);
        end(8, 1, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
    }

    @Test
    void staysBackAsLongAsTheSameIsWished() {
        label(EIGHT, BOUNDS);
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        label(EIGHT, BOUNDS);
        assertThat(label()).isEqualTo(SEVEN);
        assertThat(status().rolledBack()).containsKey("champion");
        label(EIGHT, new RollbackBounds(Duration.ofMinutes(1), 5, 1, 0));
        assertThat(label()).isEqualTo(SEVEN);
    }

    @Test
    void anotherWishIsTakenAtItsWord() {
        label(EIGHT, BOUNDS);
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        label(SEVEN, BOUNDS);
        assertThat(status().rolledBack()).isEmpty();
        label(EIGHT, BOUNDS);
        assertThat(label()).isEqualTo(EIGHT);
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(SEVEN);
        assertThat(traffic.rollbacks()).containsExactly(Map.entry("fraud", 2L));
    }

    @Test
    void whoGoesBackByHandIsNotSentForwardAgain() {
        end(8, 500, ErrorCode.OK, MILLI);
        label(EIGHT, BOUNDS);
        label(SEVEN, BOUNDS);
        end(7, 500, ErrorCode.INTERNAL, 100 * MILLI);
        assertThat(label()).isEqualTo(SEVEN);
        assertThat(status().rolledBack()).isEmpty();
    }

    @Test
    void staysWhereTheOldVersionIsGoneAndSaysSo() {
        label(EIGHT, BOUNDS);
        serve(8);
        log.await("fraud", 7, VersionState.ENDED);
        end(8, 80, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
        assertThat(status().rolledBack().get("champion"))
                .isEqualTo("version 8 broke error_rate: 80 of 80 requests failed (expected: at most 1 %);"
                        + " stays, since version 7, where it was, is not available (available: 8)");
        assertThat(traffic.rollbacks()).containsExactly(Map.entry("fraud", 0L));
    }

    @Test
    void watchesNothingWithoutBounds() {
        label(EIGHT, null);
        end(8, 1_000, ErrorCode.INTERNAL, MILLI);
        assertThat(label()).isEqualTo(EIGHT);
    }

    @Test
    void oneOfManyThreadsSendsItBack() throws Exception {
        for (int round = 1; round <= 200; round++) {
            label(EIGHT, BOUNDS);
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    for (int n = 0; n < 100; n++) {
                        traffic.requestEnded(new ServableId("fraud", 8), ErrorCode.INTERNAL, MILLI);
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join(60_000);
            }
            settle();
            assertThat(label()).isEqualTo(SEVEN);
            assertThat(traffic.rollbacks()).containsExactly(Map.entry("fraud", (long) round));
            label(SEVEN, BOUNDS);
        }
    }

    @Test
    void aDefaultLabelHasToBeOne() {
        assertThatThrownBy(() -> traffic.configure(
                        "fraud",
                        ModelSettings.DEFAULT.withLabels(Map.of("champion", EIGHT)),
                        new TrafficSettings("chmpion", null, null, null)))
                .isInstanceOf(SlipwayException.class)
                .hasMessage("model 'fraud': default label 'chmpion' is none of its labels (labels: champion)");
        assertThat(label()).isEqualTo(SEVEN);
    }
}

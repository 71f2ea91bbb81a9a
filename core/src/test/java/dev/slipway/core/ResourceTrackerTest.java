package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.core.ResourceTracker.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceTrackerTest {
    private static final long MIB = 1 << 20;

    private final ResourceTracker tracker = new ResourceTracker(1000 * MIB);

    @Test
    void refusesWhatDoesNotFitAndSaysWhatIsFree() {
        tracker.reserve("a", 400 * MIB);
        assertThatThrownBy(() -> tracker.reserve("b", 2150 * MIB)).hasMessage("needs 2.1 GiB (free: 600.0 MiB)");
        assertThat(tracker.reservedBytes()).isEqualTo(400 * MIB);
    }

    @ParameterizedTest(name = "expected {0} MiB, measured {1} MiB: {2} MiB are set aside")
    @CsvSource({"100, 180, 180", "100, 60, 60", "100, 10, 25", "100, 0, 100"})
    void correctsAReservationToWhatWasMeasured(long expected, long measured, long corrected) {
        Reservation made = tracker.correct(tracker.reserve("a", expected * MIB), measured * MIB);
        assertThat(tracker.reservedBytes()).isEqualTo(corrected * MIB);
        tracker.release(made);
        assertThat(tracker.reservedBytes()).isZero();
    }

    @Test
    void admitsTheNextVersionByWhatTheLastOneTook() {
        Reservation first = tracker.correct(tracker.reserve("a", 400 * MIB), 800 * MIB);
        assertThat(tracker.estimate("a", 400 * MIB)).isEqualTo(800 * MIB);
        assertThat(tracker.estimate("b", 400 * MIB)).as("another model").isEqualTo(400 * MIB);
        assertThatThrownBy(() -> tracker.reserve("a", 400 * MIB)).hasMessage("needs 800.0 MiB (free: 200.0 MiB)");
        tracker.release(first);
        assertThat(tracker.reserve("a", 400 * MIB).bytes()).isEqualTo(800 * MIB);
    }

    @Test
    void believesALaterVersionByHalf() {
        tracker.release(tracker.correct(tracker.reserve("a", 100 * MIB), 200 * MIB));
        tracker.release(tracker.correct(tracker.reserve("a", 100 * MIB), 100 * MIB));
        assertThat(tracker.estimate("a", 100 * MIB)).isEqualTo(150 * MIB);
    }

    @ParameterizedTest(name = "measured {0} MiB of 10: next one {1} MiB")
    @CsvSource({"900, 40", "1, 2.5"})
    void isNeverOffByMoreThanFourTimes(long measured, double estimate) {
        tracker.release(tracker.correct(tracker.reserve("a", 10 * MIB), measured * MIB));
        assertThat(tracker.estimate("a", 10 * MIB)).isEqualTo((long) (estimate * MIB));
    }

    @Test
    void saysThatNothingIsFreeWhenModelsTookMoreThanTheyMay() {
        tracker.correct(tracker.reserve("a", 900 * MIB), 1200 * MIB);
        assertThat(tracker.freeBytes()).isZero();
        assertThatThrownBy(() -> tracker.reserve("b", MIB)).hasMessage("needs 1.0 MiB (free: 0 B)");
    }

    @Test
    void takesAnotherBudget() {
        tracker.reserve("a", 400 * MIB);
        tracker.changeBudget(300 * MIB);
        assertThat(tracker.freeBytes()).isZero();
        tracker.changeBudget(500 * MIB);
        assertThat(tracker.freeBytes()).isEqualTo(100 * MIB);
    }
}

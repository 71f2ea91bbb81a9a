package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
    private final BackOff policy = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(30), Duration.ofSeconds(10));

    @ParameterizedTest(name = "failure {0} in a row, chance {1}: {2} ms")
    @CsvSource({
        "1, 0.5, 0",
        "2, 0.5, 100",
        "3, 0.5, 200",
        "4, 0.5, 400",
        "4, 0, 320",
        "4, 1, 480",
        "10, 0.5, 25600",
        "11, 0.5, 30000",
        "1000000, 0.5, 30000",
        "2000000000, 1, 36000"
    })
    void waitsForTwiceAsLongEachTimeUpToTheLongest(int failures, double chance, long millis) {
        assertThat(policy.delay(failures, () -> chance)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void forgetsWhatWasBeforeAWorkerWasWell() {
        assertThat(policy.failures(7, Duration.ofSeconds(10))).isEqualTo(1);
        assertThat(policy.failures(7, Duration.ofSeconds(9))).isEqualTo(8);
    }
}

package dev.slipway.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void slowsDownWhileNothingChangesAndIsBackAtOnce() {
        Pace pace = new Pace(Duration.ofSeconds(10), () -> 0.5);
        assertThat(pace.next(true)).hasSeconds(10);
        assertThat(pace.next(false)).hasSeconds(15);
        for (int i = 0; i < 10; i++) {
            pace.next(false);
        }
        assertThat(pace.next(false)).hasSeconds(80);
        assertThat(pace.next(true)).hasSeconds(10);
    }

    @Test
    void isNeverThatOfAllOthers() {
        Random random = new Random(1);
        Pace pace = new Pace(Duration.ofSeconds(10), random::nextDouble);
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.next(true)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        }
        assertThat(new Pace(Duration.ofSeconds(10), () -> 0).next(true)).hasSeconds(8);
    }
}

package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopGateTest {
    private static final long SHORT = 10_000;
    private static final long LONG = LoopGate.OVERRUN_NANOS + 1;

    private final LoopGate gate = new LoopGate();

    /** How many short runs elsewhere open it again. */
    private int runsUntilOpen() {
        int runs = 0;
        while (!gate.isOpen()) {
            gate.ranElsewhere(SHORT);
            runs++;
        }
        return runs;
    }

    @ParameterizedTest(name = "after a run of {0} ns: {1}")
    @CsvSource({"0, true", "50001, true", "500000, true", "500001, false"})
    void isShutByARunOfMoreThanHalfAMillisecond(long nanos, boolean open) {
        gate.ranOnLoop(nanos);
        assertThat(gate.isOpen()).isEqualTo(open);
        assertThat(gate.whyShut() == null).isEqualTo(open);
    }

    @Test
    void isOpenAgainAfterTwiceAsManyShortRunsEachTime() {
        for (int runs = 16; runs <= 1 << 16; runs *= 2) {
            gate.ranOnLoop(LONG);
            assertThat(runsUntilOpen()).isEqualTo(runs);
        }
        gate.ranOnLoop(LONG);
        assertThat(runsUntilOpen()).isEqualTo(1 << 16);
    }

    @Test
    void longRunsElsewherePutThatOff() {
        gate.ranOnLoop(LONG);
        for (int i = 0; i < 15; i++) {
            gate.ranElsewhere(SHORT);
        }
        gate.ranElsewhere(LONG);
        assertThat(runsUntilOpen()).isEqualTo(16);
    }

    @Test
    void tenThousandGoodRunsAreHalfOfIt() {
        for (int i = 0; i < 3; i++) {
            gate.ranOnLoop(LONG);
            runsUntilOpen();
        }
        for (int i = 0; i < 20_000; i++) {
            gate.ranOnLoop(SHORT);
        }
        gate.ranOnLoop(LONG);
        // It would have been 128.
        assertThat(runsUntilOpen()).isEqualTo(32);
    }

    @Test
    void saysWhyItIsShut() {
        gate.ranOnLoop(LONG);
        gate.ranElsewhere(SHORT);
        assertThat(gate.whyShut()).isEqualTo("1 runs took more than 500 us there; back after 15 short runs");
    }

    @Test
    void runsElsewhereMeanNothingWhileItIsOpen() {
        gate.ranElsewhere(LONG);
        assertThat(gate.isOpen()).isTrue();
    }
}

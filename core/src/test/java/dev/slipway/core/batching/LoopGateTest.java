package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopGateTest {
    private static final long SHORT = 10_000;
    private static final long LONG = LoopGate.OVERRUN_NANOS + 1;
    private static final long SECOND = 1_000_000_000L;

    private final LoopGate gate = new LoopGate();
    private long now = 1_000 * SECOND;

    private void overrun() {
        gate.overran(true, now);
    }

    /** How many requests in short runs elsewhere open it again. */
    private int requestsUntilOpen() {
        int requests = 0;
        while (!gate.isOpen()) {
            gate.ranElsewhere(1, SHORT);
            requests++;
        }
        return requests;
    }

    @Test
    void isShutByOneOverrunThatTheModelIsToBlameFor() {
        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.whyShut()).isNull();
        overrun();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void isShutByTheFourthInARowThatAnythingMayBeToBlameFor() {
        for (int i = 0; i < 3; i++) {
            gate.overran(false, now);
            assertThat(gate.isOpen()).isTrue();
        }
        gate.overran(false, now);
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void suchOverrunsAmongEightTimesAsManyGoodRunsDoNotShutIt() {
        for (int i = 0; i < 100; i++) {
            gate.overran(false, now);
            for (int good = 0; good < 8; good++) {
                gate.ranOnLoop();
            }
        }
        assertThat(gate.isOpen()).isTrue();
    }

    @Test
    void suchOverrunsAmongFewerGoodRunsDo() {
        for (int i = 0; i < 100 && gate.isOpen(); i++) {
            gate.overran(false, now);
            for (int good = 0; good < 6; good++) {
                gate.ranOnLoop();
            }
        }
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void isOpenAgainAfterTwiceAsManyRequestsEachTimeWithinASecond() {
        for (int requests = 16; requests <= 1 << 12; requests *= 2) {
            overrun();
            assertThat(requestsUntilOpen()).isEqualTo(requests);
        }
        overrun();
        assertThat(requestsUntilOpen()).isEqualTo(1 << 12);
    }

    @Test
    void eachSecondWithoutAnOverrunIsHalfOfThat() {
        for (int i = 0; i < 4; i++) {
            overrun();
            requestsUntilOpen();
        }
        now += 2 * SECOND;
        overrun();
        // It would have been 256.
        assertThat(requestsUntilOpen()).isEqualTo(64);
        now += 3_600 * SECOND;
        overrun();
        assertThat(requestsUntilOpen()).isEqualTo(16);
    }

    @Test
    void requestsThatRanTogetherCountEach() {
        overrun();
        gate.ranElsewhere(15, SHORT);
        assertThat(gate.isOpen()).isFalse();
        gate.ranElsewhere(5, SHORT);
        assertThat(gate.isOpen()).isTrue();
    }

    @Test
    void longRunsElsewherePutItOff() {
        overrun();
        gate.ranElsewhere(15, SHORT);
        gate.ranElsewhere(1, LONG);
        assertThat(requestsUntilOpen()).isEqualTo(16);
    }

    @Test
    void saysWhyItIsShut() {
        overrun();
        gate.ranElsewhere(1, SHORT);
        assertThat(gate.whyShut())
                .isEqualTo("1 runs took more than 500 us there; back after 15 requests in short runs");
    }

    @Test
    void runsElsewhereMeanNothingWhileItIsOpen() {
        gate.ranElsewhere(1, LONG);
        assertThat(gate.isOpen()).isTrue();
    }
}

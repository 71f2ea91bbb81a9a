package dev.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendSettingsTest {
    @Test
    void leavesARunToItsCallerUnlessToldOtherwise() {
        assertThat(new BackendSettings(8).intraOpThreads()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, computeThreads: 0", "4, 0, intraOpThreads: 0 (expected: 1 to 4)", "4, 5, intraOpThreads: 5"})
    void refusesMoreThreadsForARunThanThereAre(int computeThreads, int intraOpThreads, String reason) {
        assertThatThrownBy(() -> new BackendSettings(computeThreads, intraOpThreads))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}

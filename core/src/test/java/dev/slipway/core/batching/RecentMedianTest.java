package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentMedianTest {
    private final RecentMedian median = new RecentMedian();

    private void add(long... values) {
        for (long value : values) {
            median.add(value, value + 1);
        }
    }

    @Test
    void isZeroBeforeTheFirst() {
        assertThat(median.median()).isZero();
        assertThat(median.samples()).isZero();
    }

    @Test
    void isTheMiddleOne() {
        add(5, 1, 9);
        assertThat(median.median()).isEqualTo(5);
        assertThat(median.samples()).isEqualTo(3);
        assertThat(median.newestNanos()).isEqualTo(10);
    }

    @Test
    void isOfTheLastFifteen() {
        add(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        add(2, 2, 2, 2, 2, 2, 2);
        assertThat(median.median()).isEqualTo(1);
        add(2);
        assertThat(median.median()).isEqualTo(2);
        assertThat(median.samples()).isEqualTo(15);
    }

    @Test
    void standsUntilSomethingComesThoughItWasForgotten() {
        add(3, 3, 3, 3);
        median.forget();
        assertThat(median.median()).isEqualTo(3);
        assertThat(median.samples()).isZero();
        add(8);
        assertThat(median.median()).isEqualTo(8);
        assertThat(median.samples()).isEqualTo(1);
    }
}

package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTimesTest {
    private final RunTimes times = new RunTimes();

    private void record(int count, long nanos) {
        for (int i = 0; i < count; i++) {
            times.record(nanos);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1_100, 4_096, 65_537, 1_000_000, 77_777_777, 20_000_000_000L})
    void tellsTheTimeThatNearlyAllStayWithinToASixteenth(long nanos) {
        record(98, nanos / 2);
        record(2, nanos);
        assertThat(RunTimes.p99Nanos(List.of(times))).isBetween(nanos, nanos + nanos / 16 + 1);
    }

    @Test
    void oneInAHundredMayTakeLonger() {
        record(99, 1_000_000);
        record(1, 50_000_000);
        assertThat(RunTimes.p99Nanos(List.of(times))).isLessThan(1_100_000);
    }

    @Test
    void countsOnlyWhatSurelyTookThatLong() {
        record(10, 1_000_000);
        record(4, 2_000_000);
        assertThat(times.countFrom(1_500_000)).isEqualTo(4);
        assertThat(times.countFrom(2_000_001)).isZero();
        assertThat(times.countFrom(0)).isEqualTo(14);
    }

    @Test
    void takesWhatIsOutOfItsBounds() {
        times.record(1);
        times.record(Long.MAX_VALUE);
        assertThat(times.total()).isEqualTo(2);
        assertThat(RunTimes.p99Nanos(List.of())).isZero();
        assertThat(RunTimes.p99Nanos(List.of(new RunTimes()))).isZero();
        assertThat(RunTimes.p99Nanos(List.of(times))).isPositive();
    }

    @Test
    void joinsWhatSeveralVersionsTook() {
        record(990, 1_000_000);
        RunTimes other = new RunTimes();
        for (int i = 0; i < 20; i++) {
            other.record(8_000_000);
        }
        assertThat(RunTimes.p99Nanos(List.of(times, other))).isBetween(8_000_000L, 8_600_000L);
    }

    @Test
    void forgetsWhatIsOld() {
        record(20_000, 50_000_000);
        record(200_000, 1_000_000);
        assertThat(RunTimes.p99Nanos(List.of(times))).isLessThan(1_100_000);
        assertThat(times.total()).isBetween(8_000, 16_384);
    }

    @Test
    void losesNothingUnderManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int spread = i;
            all.add(threads.submit(() -> {
                for (int n = 0; n < 500_000; n++) {
                    times.record(1_000L << (n + spread) % 20);
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(times.countFrom(0)).isEqualTo(times.total());
    }
}

package dev.slipway.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void eachPieceIsToldOnceAndTheyAddUp() {
        List<Measurement> pieces = new ArrayList<>();
        MeasuredTime time = new MeasuredTime(
                Meter.NONE,
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                new Intervals(Duration.ofSeconds(2), pieces::add));
        time.begin(0);
        for (long now = 0; now <= 6 * SECOND; now += SECOND / 10) {
            time.look(now);
            if (time.counts(now)) {
                time.answered(now < 3 * SECOND ? 1_000_000 : 5_000_000);
                time.shed();
            }
        }
        assertThat(pieces).hasSize(2);
        assertThat(pieces).extracting(Measurement::requests).containsExactly(20L, 20L);
        assertThat(pieces.get(0).latency().p99()).isBetween(999.0, 1001.0);
        assertThat(pieces.get(1).latency().p50()).isBetween(4990.0, 5010.0);
        assertThat(pieces.get(1).refusals()).isEqualTo(new Measurement.Refusals(20, 0));
        assertThat(pieces.get(1).perSecond()).isEqualTo(10);
        assertThat(time.measurement().requests()).isEqualTo(40);
    }

    @Test
    void aPieceTakesTime() {
        assertThatThrownBy(() -> new Intervals(Duration.ZERO, found -> {})).hasMessageContaining("length: PT0S");
    }

    @Test
    void readsWhatTheJvmSaysOfItsHeap() {
        assertThat(Memory.heap(" garbage-first heap   total 1048576K, used 524288K [0x00, 0x01)"))
                .contains(512.0);
        assertThat(Memory.heap(" garbage-first heap   total reserved 4096K, committed 2048K, used 1024K [0x0)"))
                .contains(1.0);
        assertThat(Memory.heap("no such process")).isEmpty();
        assertThat(Memory.of(ProcessHandle.current().pid()).residentMebibytes()).isPositive();
    }
}

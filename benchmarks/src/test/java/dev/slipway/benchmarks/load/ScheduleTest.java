package dev.slipway.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000;

    private final List<Long> sent = new ArrayList<>();
    private long now;

    @ParameterizedTest(name = "{0} ns after the begin: {1} are due")
    @CsvSource({"-1, 0", "0, 1", "249999999, 1", "250000000, 2", "999999999, 4", "1000000000, 5"})
    void saysHowManyAreDue(long after, long due) {
        assertThat(new ConstantRate(7 * SECOND, 4).dueBy(7 * SECOND + after)).isEqualTo(due);
    }

    @ParameterizedTest(name = "{0} a second")
    @CsvSource({"3", "7", "333.3", "123456.7", "0.01"})
    void countsEachRequestOnceHoweverTheDivisionRounds(double perSecond) {
        ConstantRate schedule = new ConstantRate(0, perSecond);
        for (long index = 0; index < 5_000; index++) {
            assertThat(schedule.dueBy(schedule.dueNanos(index))).isEqualTo(index + 1);
            assertThat(schedule.dueBy(schedule.dueNanos(index) - 1)).isEqualTo(index);
        }
    }

    @Test
    void sendsEachRequestWhenItIsDue() {
        Pacer pacer = new Pacer(() -> now, nanos -> now += nanos);
        pacer.run(new ConstantRate(0, 10), SECOND / 2, due -> {
            assertThat(now).isEqualTo(due);
            sent.add(due);
        });
        assertThat(sent).containsExactly(0L, 100_000_000L, 200_000_000L, 300_000_000L, 400_000_000L);
    }

    /** What a closed loop would leave out: requests that fell due while nobody could send keep the time they were due. */
    @Test
    void sendsAllThatFellDueDuringAStallWithTheirOwnTimes() {
        long[] stall = {350_000_000};
        Pacer pacer = new Pacer(() -> now, nanos -> {
            now += nanos + stall[0];
            stall[0] = 0;
        });
        List<Long> at = new ArrayList<>();
        pacer.run(new ConstantRate(0, 10), SECOND / 2 + 1, due -> {
            sent.add(due);
            at.add(now);
        });
        assertThat(sent).containsExactly(0L, 100_000_000L, 200_000_000L, 300_000_000L, 400_000_000L, 500_000_000L);
        assertThat(at).containsExactly(0L, 450_000_000L, 450_000_000L, 450_000_000L, 450_000_000L, 500_000_000L);
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() {
        Pacer pacer = new Pacer(() -> now, nanos -> {
            now += nanos;
            if (sent.size() == 3) {
                Thread.currentThread().interrupt();
            }
        });
        pacer.run(new ConstantRate(0, 10), Long.MAX_VALUE, sent::add);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(sent).hasSize(3);
    }
}

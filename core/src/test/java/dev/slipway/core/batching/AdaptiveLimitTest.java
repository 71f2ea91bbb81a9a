package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** The limit against models on a clock of its own: requests of one row come at a constant rate, one thread serves them. */
class AdaptiveLimitTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final AdaptiveLimit limit = new AdaptiveLimit();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private long now;
    private long nextArrival;
    private long freeAt;
    private int running;

    /** What happened in some time. */
    private static final class Seen {
        int served;
        int refused;
        int limitLeast = Integer.MAX_VALUE;
        int limitMost;
        final List<Long> nanos = new ArrayList<>();

        long p99() {
            Collections.sort(nanos);
            return nanos.get(nanos.size() * 99 / 100);
        }
    }

    /**
     * @param rowsMax of a run
     * @param cost of a run of so many rows
     */
    private Seen run(long time, long arrivalEvery, int rowsMax, IntToLongFunction cost) {
        Seen seen = new Seen();
        long end = now + time;
        nextArrival = Math.max(nextArrival, now);
        while (true) {
            long next = Math.min(nextArrival, waiting.isEmpty() ? Long.MAX_VALUE : Math.max(freeAt, now));
            if (next >= end) {
                now = end;
                return seen;
            }
            now = next;
            if (now >= freeAt) {
                running = 0;
            }
            if (now == nextArrival) {
                arrive(seen);
                nextArrival += arrivalEvery;
            } else {
                serve(seen, rowsMax, cost);
            }
        }
    }

    private void arrive(Seen seen) {
        if (waiting.isEmpty() && running == 0) {
            limit.cameToNone(now);
        }
        if (!waiting.isEmpty() && running + waiting.size() >= limit.rowsMax()) {
            seen.refused++;
        } else {
            waiting.add(now);
        }
    }

    private void serve(Seen seen, int rowsMax, IntToLongFunction cost) {
        int rows = Math.min(rowsMax, waiting.size());
        long nanos = cost.applyAsLong(rows);
        freeAt = now + nanos;
        running = rows;
        for (int i = 0; i < rows; i++) {
            seen.nanos.add(freeAt - waiting.remove());
        }
        seen.served += rows;
        limit.took(rows, nanos, waiting.size(), running, now);
        seen.limitLeast = Math.min(seen.limitLeast, limit.rowsMax());
        seen.limitMost = Math.max(seen.limitMost, limit.rowsMax());
    }

    @Test
    void belowItsCapacityAModelHasNoLimit() {
        Seen seen = run(20 * SECOND, 1250 * MICRO, 1, rows -> MILLI);
        assertThat(seen.refused).isZero();
        assertThat(limit.rowsMax()).isEqualTo(AdaptiveLimit.NONE);
    }

    @Test
    void atTwiceItsCapacityItDoesAllThatItCanAndNobodyWaitsLong() {
        run(5 * SECOND, MILLI / 2, 1, rows -> MILLI);
        Seen seen = run(60 * SECOND, MILLI / 2, 1, rows -> MILLI);
        assertThat(seen.served).isBetween(59_900, 60_001);
        assertThat(seen.p99()).isLessThan(30 * MILLI);
        assertThat(seen.limitLeast).isGreaterThan(15);
        assertThat(seen.limitMost).isLessThan(35);
    }

    /** A run costs a millisecond and 10 us a row: the more rows, the better. */
    @Test
    void batchesAreNotKeptSmall() {
        IntToLongFunction cost = rows -> MILLI + 10 * MICRO * rows;
        run(5 * SECOND, 7 * MICRO, 256, cost);
        Seen seen = run(5 * SECOND, 7 * MICRO, 256, cost);
        double peak = 5.0 * SECOND / cost.applyAsLong(256) * 256;
        assertThat(seen.served).isGreaterThan((int) (0.99 * peak));
        assertThat(seen.refused).isPositive();
        assertThat(seen.p99()).isLessThan(30 * MILLI);
    }

    @Test
    void runsThatTakeLongerThanTheWindowAreSeenAsAWhole() {
        run(60 * SECOND, 100 * MILLI, 1, rows -> 300 * MILLI);
        Seen seen = run(600 * SECOND, 100 * MILLI, 1, rows -> 300 * MILLI);
        assertThat(seen.served).isBetween(1_990, 2_001);
        assertThat(seen.limitLeast).isGreaterThanOrEqualTo(3);
        assertThat(seen.p99()).isLessThan(3 * SECOND);
    }

    @Test
    void aServiceTimeThatTriplesIsFollowedDownAndUpAgainWithoutSwinging() {
        long arrivals = 800 * MICRO;
        run(10 * SECOND, arrivals, 1, rows -> MILLI);
        int before = limit.rowsMax();
        run(2 * SECOND, arrivals, 1, rows -> 3 * MILLI);
        Seen slow = run(20 * SECOND, arrivals, 1, rows -> 3 * MILLI);
        assertThat(before).isBetween(18, 30);
        assertThat(slow.served).isBetween(6_600, 6_670);
        assertThat(slow.p99()).isLessThan(45 * MILLI);
        assertThat(slow.limitLeast).isBetween(6, 8);
        assertThat(slow.limitMost).isBetween(8, 14);
        run(3 * SECOND, arrivals, 1, rows -> MILLI);
        Seen again = run(10 * SECOND, arrivals, 1, rows -> MILLI);
        assertThat(again.served).isGreaterThan(9_900);
        assertThat(again.limitLeast).isGreaterThan(15);
    }

    @Test
    void onePauseCostsNoMoreThanHalf() {
        run(10 * SECOND, MILLI / 2, 1, rows -> MILLI);
        int before = limit.rowsMax();
        int[] runs = {0};
        Seen seen = run(SECOND, MILLI / 2, 1, rows -> runs[0]++ == 500 ? 300 * MILLI : MILLI);
        assertThat(seen.limitLeast).isGreaterThanOrEqualTo(before / 2 - 1);
        Seen after = run(SECOND, MILLI / 2, 1, rows -> MILLI);
        assertThat(after.served).isBetween(990, 1_001);
    }

    @Test
    void aBurstThatIsOverWithinTheWindowIsNone() {
        for (int i = 0; i < 20; i++) {
            Seen burst = run(50 * MILLI, MILLI / 4, 1, rows -> MILLI);
            assertThat(burst.refused).isZero();
            run(450 * MILLI, 100 * MILLI, 1, rows -> MILLI);
        }
        assertThat(limit.rowsMax()).isEqualTo(AdaptiveLimit.NONE);
    }

    /** The next run is the first of its window, and finds all that has come since by now. */
    @Test
    void aBurstAfterSingleRequestsIsNoQueueThatStood() {
        run(5 * SECOND, SECOND / 2, 1, rows -> MILLI);
        now += SECOND / 4;
        running = 0;
        Seen burst = new Seen();
        for (int i = 0; i < 12; i++) {
            arrive(burst);
        }
        serve(burst, 1, rows -> MILLI);
        for (int i = 0; i < 188; i++) {
            arrive(burst);
        }
        assertThat(burst.refused).isZero();
        assertThat(limit.rowsMax()).isEqualTo(AdaptiveLimit.NONE);
    }

    @Test
    void runsThatAreLongAreNoPause() {
        run(60 * SECOND, 100 * MILLI, 1, rows -> 300 * MILLI);
        int before = limit.rowsMax();
        assertThat(before).isLessThan(AdaptiveLimit.NONE);
        waiting.clear();
        running = 0;
        // Less than a second after the last run began, more than that after its window did.
        now = freeAt + 300 * MILLI;
        limit.cameToNone(now);
        assertThat(limit.rowsMax()).isEqualTo(before);
        limit.cameToNone(now + SECOND);
        assertThat(limit.rowsMax()).isEqualTo(AdaptiveLimit.NONE);
    }

    @Test
    void afterTheLoadItIsGoneWithinSeconds() {
        run(10 * SECOND, MILLI / 4, 1, rows -> MILLI);
        Seen calm = run(10 * SECOND, 1250 * MICRO, 1, rows -> MILLI);
        assertThat(calm.refused).isLessThan(200);
        assertThat(limit.rowsMax()).isGreaterThan(1000);
        now += 2 * SECOND;
        run(SECOND, 2 * MILLI, 1, rows -> MILLI);
        assertThat(limit.rowsMax()).isEqualTo(AdaptiveLimit.NONE);
    }
}

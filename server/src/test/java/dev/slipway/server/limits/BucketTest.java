package dev.slipway.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketTest {
    private static final long SECOND = 1_000_000_000L;

    private static Pace pace(long count, Rate.Unit per, Duration burst) {
        return Pace.of(new Rate(count, per), burst);
    }

    /** How many of {@code tries} single ones are taken at one moment. */
    private static int taken(Bucket bucket, Pace pace, int tries, long now) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            if (bucket.take(1, pace, now) == 0) {
                taken++;
            }
        }
        return taken;
    }

    @ParameterizedTest(name = "{0} a {1}, burst {2} ms: {3} at once")
    @CsvSource({
        "50, SECOND, , 50",
        "600, MINUTE, , 600",
        "100, HOUR, , 100",
        "50, SECOND, 1000, 50",
        "50, SECOND, 2000, 100",
        "50, SECOND, 100, 5",
        "50, SECOND, 0, 1",
        "1, HOUR, 1000, 1",
        "600, MINUTE, 1000, 10"
    })
    void holdsWhatTheBurstHolds(long count, Rate.Unit per, Long burstMillis, int expected) {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(count, per, burstMillis == null ? null : Duration.ofMillis(burstMillis));
        assertThat(taken(bucket, pace, 1000, 0)).isEqualTo(expected);
        assertThat(bucket.take(1, pace, 0)).isPositive();
    }

    @Test
    void saysWhenTheNextOneWillBeThere() {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(50, Rate.Unit.SECOND, Duration.ZERO);
        assertThat(bucket.take(1, pace, 0)).isZero();
        assertThat(bucket.take(1, pace, 0)).isEqualTo(20_000_000);
        assertThat(bucket.take(1, pace, 5_000_000)).isEqualTo(15_000_000);
        assertThat(bucket.take(1, pace, 19_999_999)).isEqualTo(1);
        assertThat(bucket.take(1, pace, 20_000_000)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 50, 999, 123_457})
    void keepsTheRateOverALongTime(long rate) {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(rate, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(taken(bucket, pace, (int) (2 * rate), 0)).isBetween((int) rate, (int) (1.001 * rate));
        long taken = 0;
        for (long now = 0; now < 10 * SECOND; now += 1_000_000) {
            taken += taken(bucket, pace, 200, now);
        }
        // Fractions of a nanosecond are lost.
        assertThat(taken).isBetween((long) (9.98 * rate) - 1, (long) (10.005 * rate) + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -SECOND * 3600, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
    void countsFromAnyTimeOnWhereverTheClockBegins(long begin) {
        Bucket bucket = new Bucket(begin);
        Pace pace = pace(10, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(taken(bucket, pace, 100, begin)).isEqualTo(10);
        assertThat(taken(bucket, pace, 100, begin + SECOND / 2)).isEqualTo(5);
        assertThat(taken(bucket, pace, 100, begin + 3 * SECOND)).isEqualTo(10);
    }

    @Test
    void aClockThatLeapsAheadBringsOneBurstAndOneThatGoesBackBringsNothing() {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(10, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(taken(bucket, pace, 100, 0)).isEqualTo(10);
        long later = Duration.ofDays(400).toNanos();
        assertThat(taken(bucket, pace, 100, later)).isEqualTo(10);
        assertThat(taken(bucket, pace, 100, later - 5 * SECOND)).isZero();
        assertThat(taken(bucket, pace, 100, later + SECOND)).isEqualTo(10);
    }

    @Test
    void whatIsMoreThanItHoldsIsTakenWhenItIsFullAndOwed() {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(10, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(bucket.take(1, pace, 0)).isZero();
        assertThat(bucket.take(30, pace, 0)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(30, pace, SECOND / 10)).isZero();
        // Three seconds' worth; the first of them was there.
        assertThat(bucket.take(1, pace, SECOND / 10)).isEqualTo(2 * SECOND + SECOND / 10);
        assertThat(bucket.take(1, pace, SECOND / 10 + 2 * SECOND + SECOND / 10)).isZero();
    }

    @Test
    void absurdSizesDoNotOverflow() {
        Bucket bucket = new Bucket(Long.MAX_VALUE);
        Pace pace = pace(1, Rate.Unit.HOUR, Duration.ofDays(10_000));
        assertThat(bucket.take(Long.MAX_VALUE, pace, Long.MAX_VALUE)).isZero();
        assertThat(bucket.take(1, pace, Long.MAX_VALUE)).isPositive();
        bucket.giveBack(Long.MAX_VALUE, pace, Long.MAX_VALUE);
        assertThat(bucket.isFull(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(10, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(taken(bucket, pace, 100, 0)).isEqualTo(10);
        bucket.giveBack(1, pace, 0);
        bucket.giveBack(1, pace, 0);
        assertThat(taken(bucket, pace, 100, 0)).isEqualTo(2);
        assertThat(bucket.isFull(0)).isFalse();
        assertThat(bucket.isFull(SECOND)).isTrue();
    }

    @Test
    void whatHasComeBackByItselfIsNotGivenBackToo() {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(10, Rate.Unit.SECOND, Duration.ofSeconds(1));
        assertThat(taken(bucket, pace, 1, 0)).isEqualTo(1);
        assertThat(taken(bucket, pace, 100, SECOND)).isEqualTo(10);
        bucket.giveBack(1, pace, 0);
        assertThat(taken(bucket, pace, 100, SECOND)).isZero();
        bucket.giveBack(1, pace, SECOND);
        assertThat(taken(bucket, pace, 100, SECOND)).isEqualTo(1);
        // It was not full since, however long that was ago.
        assertThat(taken(bucket, pace, 4, SECOND + SECOND / 2)).isEqualTo(4);
        bucket.giveBack(1, pace, SECOND);
        assertThat(taken(bucket, pace, 100, SECOND + SECOND / 2)).isEqualTo(2);
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIs() throws InterruptedException {
        Bucket bucket = new Bucket(0);
        Pace pace = pace(10_000, Rate.Unit.SECOND, Duration.ofSeconds(1));
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                taken.addAndGet(taken(bucket, pace, 5000, 0));
            });
            thread.start();
            threads.add(thread);
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasValue(10_000);
    }
}

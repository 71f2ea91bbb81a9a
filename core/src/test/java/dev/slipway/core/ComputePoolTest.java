package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ComputePoolTest {
    @Test
    void runsEverythingThatItTakes() throws Exception {
        try (ComputePool pool = new ComputePool(3, 100_000)) {
            CountDownLatch done = new CountDownLatch(40_000);
            for (int i = 0; i < 40_000; i++) {
                pool.execute("model-" + i % 7, done::countDown);
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aModelThatNeverAnswersLeavesTheOthersTheirShare() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (ComputePool pool = new ComputePool(2, 100)) {
            for (int i = 0; i < 50; i++) {
                pool.execute("stuck", () -> awaitQuietly(release));
            }
            CountDownLatch answered = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) {
                pool.execute("fine", answered::countDown);
            }
            assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        }
    }

    @Test
    void neverRunsMoreShortTasksThanCores() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(20_000);
        try (ComputePool pool = new ComputePool(2, 100_000)) {
            for (int i = 0; i < 20_000; i++) {
                pool.execute("m" + i % 3, () -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    now.decrementAndGet();
                    done.countDown();
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void whatNobodyWaitsForRunsOnlyWhenACoreIsFreeAndHoldsNoRequestUp() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch holdSpare = new CountDownLatch(1);
        CountDownLatch spareRuns = new CountDownLatch(1);
        AtomicInteger at = new AtomicInteger();
        AtomicInteger spareAt = new AtomicInteger();
        try (ComputePool pool = new ComputePool(1, 1_000)) {
            CountDownLatch started = new CountDownLatch(1);
            pool.execute("m", () -> {
                started.countDown();
                awaitQuietly(release);
            });
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            pool.whenSpare(() -> {
                spareAt.set(at.get());
                spareRuns.countDown();
                awaitQuietly(holdSpare);
            });
            for (int i = 0; i < 500; i++) {
                pool.execute("m", at::incrementAndGet);
            }
            // A task that takes this long soon counts no more: the core is free for the others, and then for the spare
            // one.
            assertThat(spareRuns.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(spareAt.get()).isEqualTo(500);
            CountDownLatch answered = new CountDownLatch(100);
            for (int i = 0; i < 100; i++) {
                pool.execute("m", answered::countDown);
            }
            assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
            holdSpare.countDown();
            release.countDown();
        }
    }

    @Test
    void runsAllThatNobodyWaitsForInTheEnd() throws Exception {
        try (ComputePool pool = new ComputePool(2, 100_000)) {
            CountDownLatch done = new CountDownLatch(20_000);
            for (int i = 0; i < 10_000; i++) {
                pool.execute("m" + i % 3, done::countDown);
                pool.whenSpare(done::countDown);
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void refusesWhatWouldWaitTooLongInLine() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (ComputePool pool = new ComputePool(1, 2)) {
            CountDownLatch started = new CountDownLatch(1);
            pool.execute("m", () -> {
                started.countDown();
                awaitQuietly(release);
            });
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            // Up to one more may start beside the stuck one, and two may wait.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5; i++) {
                            pool.execute("m", () -> awaitQuietly(release));
                        }
                    })
                    .isInstanceOf(SlipwayException.class)
                    .hasMessage("model 'm': queue is full (2 requests wait)")
                    .satisfies(
                            e -> assertThat(((SlipwayException) e).retryAfter()).isEqualTo(Duration.ofSeconds(1)));
            release.countDown();
        }
    }

    @Test
    void survivesATaskThatThrows() throws Exception {
        try (ComputePool pool = new ComputePool(1, 10)) {
            pool.execute("m", () -> {
                throw new IllegalStateException("told to");
            });
            CountDownLatch next = new CountDownLatch(1);
            pool.execute("m", next::countDown);
            assertThat(next.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

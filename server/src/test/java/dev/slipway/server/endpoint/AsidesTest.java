package dev.slipway.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.batching.Reply;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AsidesTest {
    private static final String MODEL = "m";

    /** One core: a model has two threads at most, both of which are taken as long as a test likes. */
    private final ComputePool pool = new ComputePool(1, 3);

    private final Asides asides = new Asides(pool);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    /** A request whose client may go. */
    private static final class Asked implements Reply {
        private Runnable leave = () -> {};

        @Override
        public void answered(Answer answer) {
            throw new AssertionError("nothing is run");
        }

        @Override
        public void failed(SlipwayException error) {
            throw new AssertionError(error);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void waits(Runnable action) {
            leave = action;
        }
    }

    private void occupy() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            pool.execute(MODEL, () -> {
                busy.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private Asked execute() {
        Asked asked = new Asked();
        asides.execute(MODEL, asked, begun::incrementAndGet, gone::incrementAndGet);
        return asked;
    }

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void whatNobodyWaitsForLeavesAtOnceAndNeverBegins() throws InterruptedException {
        occupy();
        Asked asked = execute();
        Asked other = execute();
        assertThat(pool.waiting()).isEqualTo(2);
        asked.leave.run();
        asked.leave.run();
        assertThat(gone).hasValue(1);
        assertThat(pool.waiting()).as("its place is free").isEqualTo(1);
        CountDownLatch end = new CountDownLatch(1);
        pool.execute(MODEL, end::countDown);
        release.countDown();
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        while (begun.get() == 0) {
            Thread.onSpinWait();
        }
        other.leave.run();
        assertThat(begun).as("the other alone").hasValue(1);
        assertThat(gone).hasValue(1);
    }

    @Test
    void whatThereIsNoRoomForNeitherBeginsNorLeaves() throws InterruptedException {
        occupy();
        for (int i = 0; i < 3; i++) {
            execute();
        }
        assertThatThrownBy(this::execute).hasMessageContaining("queue is full");
        assertThat(begun.get() + gone.get()).isZero();
    }
}

package dev.slipway.monitoring.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is lost but what is counted, and no request waits for a sink. */
@Timeout(60)
class OutletTest {
    private static final Outlet.Settings SMALL =
            new Outlet.Settings(1 << 16, 64, 3, Duration.ofMillis(1), Duration.ofMillis(2));

    /** Keeps what it is given, as fast as it is let. */
    private static final class Kept implements Sink {
        private final List<CloudEvent> events = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch open;
        private boolean isClosed;

        Kept(CountDownLatch open) {
            this.open = open;
        }

        @Override
        public void write(Batch batch) throws IOException {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            for (CloudEvent event : batch.left()) {
                events.add(event);
                batch.written(event, event.data().length);
            }
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static PredictionLog log(Outlet outlet) {
        PredictionLog log = new PredictionLog(Map.of("sink", outlet));
        log.configure("fraud", Samples.ALL);
        return log;
    }

    @Test
    void losesNothingButWhatItCountsWhileManyThreadsPredictAndTheSinkIsSlow() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        Kept sink = new Kept(opened);
        Outlet outlet = new Outlet("sink", sink, Samples.WORDS, SMALL);
        PredictionLog log = log(outlet);
        Map<String, Tensor> tensors = Map.of("x", Samples.floats(new float[64]));
        AtomicLong mostBytes = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    Samples.predict(log, number + "-" + i, tensors, tensors);
                    mostBytes.accumulateAndGet(outlet.heldBytes(), Math::max);
                    if (number == 0 && i == 2_500) {
                        opened.countDown();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        log.close(Duration.ofSeconds(30));

        Counts counts = outlet.counts();
        assertThat(counts.written()).isEqualTo(sink.events.size());
        assertThat(counts.written() + counts.dropped()).isEqualTo(2L * 8 * 5_000);
        assertThat(counts.dropped(Reason.FULL)).isPositive().isEqualTo(counts.dropped());
        // While a thread finds that there is no room, what it wanted is in the count for a moment.
        assertThat(mostBytes.get()).isLessThanOrEqualTo((1 << 16) + 8 * 2 * 256);
        assertThat(outlet.heldBytes()).isZero();
        assertThat(outlet.held()).isZero();
        assertThat(sink.isClosed).isTrue();
        Set<String> once = new HashSet<>();
        sink.events.forEach(
                event -> assertThat(once.add(event.type() + event.id())).isTrue());
    }

    @Test
    void goesOnWhereASinkIsDeadAndCountsWhatIsLost() {
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    @Override
                    public void write(Batch batch) throws IOException {
                        throw new IOException("nobody there");
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                SMALL);
        PredictionLog log = log(outlet);
        Map<String, Tensor> tensors = Map.of("x", Samples.floats(1));
        for (int i = 0; i < 1_000; i++) {
            Samples.predict(log, "p" + i, tensors, tensors);
        }
        log.close(Duration.ofSeconds(10));
        assertThat(outlet.counts().written()).isZero();
        assertThat(outlet.counts().dropped()).isEqualTo(2_000);
        assertThat(outlet.counts().dropped(Reason.FULL)).isPositive();
        assertThat(outlet.counts().failures()).isPositive();
        assertThat(outlet.held()).isZero();
    }

    @Test
    void triesAgainWhatFailedWithoutWritingAnythingTwice() {
        List<String> ids = new ArrayList<>();
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    @Override
                    public void write(Batch batch) throws IOException {
                        CloudEvent event = batch.left().get(0);
                        if (batch.left().size() % 2 == 0 && ids.size() % 2 == 0) {
                            ids.add(event.id() + event.type());
                            batch.written(event, 1);
                            throw new IOException("one at a time");
                        }
                        ids.add(event.id() + event.type());
                        batch.written(event, 1);
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                SMALL);
        PredictionLog log = log(outlet);
        Samples.predict(log, "a", Map.of("x", Samples.floats(1)), Map.of("y", Samples.floats(2)));
        log.close(Duration.ofSeconds(10));
        assertThat(ids).containsExactly("a" + PayloadEvents.REQUEST, "a" + PayloadEvents.RESPONSE);
        assertThat(outlet.counts().failures()).isEqualTo(1);
        assertThat(outlet.counts().dropped()).isZero();
    }

    @Test
    void stopsInTimeThoughASinkHangsAndCountsWhatItHadNotWritten() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    @Override
                    public void write(Batch batch) throws IOException {
                        hangs.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new IOException("interrupted", e);
                        }
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                SMALL);
        PredictionLog log = log(outlet);
        Samples.predict(log, "a", Map.of("x", Samples.floats(1)), Map.of());
        hangs.await();
        Samples.predict(log, "b", Map.of("x", Samples.floats(1)), Map.of());
        log.close(Duration.ofMillis(50));
        outlet.awaitEnd(Duration.ofSeconds(30));
        assertThat(outlet.counts().dropped(Reason.STOPPED)).isEqualTo(4);
        Samples.predict(log, "late", Map.of("x", Samples.floats(1)), Map.of());
        assertThat(outlet.counts().dropped(Reason.STOPPED)).isEqualTo(6);
        assertThat(outlet.held()).isZero();
    }

    @Test
    void countsWhatIsAddedAfterTheWriterHasEnded() throws Exception {
        Outlet outlet = new Outlet("sink", new Kept(new CountDownLatch(0)), Samples.WORDS, SMALL);
        PredictionLog log = log(outlet);
        PredictionFollower slow = Objects.requireNonNull(log.follow("fraud"));
        slow.decoded(Map.of("x", Samples.floats(1)));
        log.close(Duration.ofSeconds(10));
        outlet.awaitEnd(Duration.ofSeconds(30));
        slow.answered(Map.of("y", Samples.floats(1)));
        slow.ended(Samples.prediction("a"), "");
        assertThat(outlet.counts().dropped(Reason.STOPPED)).isEqualTo(2);
        assertThat(outlet.held()).isZero();
        assertThat(outlet.heldBytes()).isZero();
    }

    @Test
    void aPredictionThatCantBeReadTakesNoOthersWithIt() {
        CountDownLatch opened = new CountDownLatch(1);
        Kept sink = new Kept(opened);
        Outlet outlet = new Outlet("sink", sink, Samples.WORDS, SMALL);
        PredictionLog log = log(outlet);
        Tensor torn = new Tensor(DType.STRING, Shape.of(1), ByteBuffer.wrap(new byte[] {100, 0, 0, 0}));
        Samples.predict(log, "a", Map.of("x", Samples.floats(1)), Map.of());
        Samples.predict(log, "b", Map.of("x", torn), Map.of());
        Samples.predict(log, "c", Map.of("x", Samples.floats(1)), Map.of());
        opened.countDown();
        log.close(Duration.ofSeconds(10));
        assertThat(sink.events).extracting(CloudEvent::id).containsExactly("a", "a", "c", "c");
        assertThat(outlet.counts().dropped(Reason.UNREADABLE)).isEqualTo(2);
        assertThat(outlet.counts().dropped()).isEqualTo(2);
    }

    @Test
    void countsWhatIsLostWhereASinkFailsForGood() {
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    @Override
                    public void write(Batch batch) {
                        throw new NoClassDefFoundError("a library that is not there");
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                SMALL);
        PredictionLog log = log(outlet);
        Samples.predict(log, "a", Map.of("x", Samples.floats(1)), Map.of());
        log.close(Duration.ofSeconds(10));
        assertThat(outlet.counts().dropped(Reason.FAILED)).isEqualTo(2);
        assertThat(outlet.held()).isZero();
    }

    @Test
    void triesAsOftenAsItShouldThoughOthersWereWrittenOneByOne() {
        List<String> ids = new ArrayList<>();
        CountDownLatch opened = new CountDownLatch(1);
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    private boolean hasFailed;

                    @Override
                    public void write(Batch batch) throws IOException {
                        try {
                            opened.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        if (ids.size() == 10 && !hasFailed) {
                            hasFailed = true;
                            throw new IOException("once");
                        }
                        CloudEvent event = batch.left().get(0);
                        ids.add(event.id());
                        batch.written(event, 1);
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                SMALL);
        PredictionLog log = log(outlet);
        for (int i = 0; i < 20; i++) {
            Samples.predict(log, "p" + i, Map.of("x", Samples.floats(1)), Map.of());
        }
        opened.countDown();
        log.close(Duration.ofSeconds(10));
        assertThat(ids).hasSize(40);
        assertThat(outlet.counts().dropped()).isZero();
    }

    @Test
    void takesNothingOfWhichFewWouldFillAllThereIs() {
        Outlet outlet = new Outlet(
                "sink", new Kept(new CountDownLatch(0)), Samples.WORDS, Outlet.Settings.DEFAULT.withBytesMax(16 << 17));
        PredictionLog log = log(outlet);
        Map<String, Tensor> most = Map.of("x", Samples.floats(new float[1 << 15]));
        Samples.predict(log, "a", most, Map.of());
        Samples.predict(log, "b", most, Map.of("y", Samples.floats(1)));
        log.close(Duration.ofSeconds(10));
        assertThat(outlet.counts().written()).isEqualTo(2);
        assertThat(outlet.counts().dropped(Reason.TOO_LARGE)).isEqualTo(2);
        assertThat(outlet.held()).isZero();
    }

    @Test
    void takesNothingThatAloneIsMoreThanThereIsRoomFor() {
        Outlet outlet = new Outlet("sink", new Kept(new CountDownLatch(0)), Samples.WORDS, SMALL);
        PredictionLog log = log(outlet);
        Samples.predict(log, "a", Map.of("x", Samples.floats(new float[1 << 15])), Map.of());
        Samples.predict(log, "b", Map.of("x", Samples.floats(1)), Map.of("y", Samples.floats(new float[1 << 15])));
        log.close(Duration.ofSeconds(10));
        assertThat(outlet.counts().dropped(Reason.TOO_LARGE)).isEqualTo(4);
        assertThat(outlet.held()).isZero();
        assertThat(outlet.heldBytes()).isZero();
    }
}

package dev.slipway.monitoring.log;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Before a sink: takes predictions from requests' threads without keeping them waiting, and writes them on a thread of its own.
 * What there is no room for is dropped, and counted. Thread-safe.
 */
public final class Outlet implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Outlet.class.getName());

    /** Copied bytes that are put in words and written at once, unless one prediction has more. */
    private static final long BATCH_BYTES = 1 << 20;

    private static final int BATCH_PREDICTIONS = 256;

    /** Of the largest that are taken, as many find room. */
    private static final int PREDICTIONS_AT_LEAST = 16;

    /** Taken however little room there is in all, as long as it is there. */
    private static final long SMALL_BYTES = 64 << 10;

    private static final int TRIES_AT_END = 3;
    private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    private final String name;
    private final Sink sink;
    private final Settings settings;
    private final PayloadEvents words;
    private final Room room;
    private final Counts counts = new Counts();
    private final Queue<Recorded> queue = new ConcurrentLinkedQueue<>();
    private final Thread writer;

    /** Whether the writer waits for what comes. */
    private volatile boolean isWaiting;

    /** By {@link System#nanoTime}, when the writer has to have ended; 0 as long as it has not. */
    private volatile long endNanos;

    /** Tries that failed since the writer was told to end; touched by the writer. */
    private int failuresAtEnd;

    /** Whether the writer has looked into the queue for the last time. */
    private volatile boolean hasEnded;

    /** Whether the log was told that the sink fails; touched by the writer. */
    private boolean isFailing;

    /**
     * How much an outlet holds, and how often it tries.
     *
     * @param bytesMax of copies that are not written
     * @param predictionsMax that are not written
     * @param tries for each batch, from 1
     * @param firstWait between the first two tries; doubles from try to try
     * @param longestWait between two tries
     */
    public record Settings(long bytesMax, int predictionsMax, int tries, Duration firstWait, Duration longestWait) {
        public static final Settings DEFAULT =
                new Settings(64L << 20, 10_000, 8, Duration.ofMillis(100), Duration.ofSeconds(10));

        public Settings {
            if (bytesMax < 1 || predictionsMax < 1 || tries < 1) {
                throw new IllegalArgumentException("bytesMax %d, predictionsMax %d, tries %d (expected: from 1)"
                        .formatted(bytesMax, predictionsMax, tries));
            }
        }

        /** The most that a prediction may have: its words take many times as much for a moment. */
        long predictionBytesMax() {
            return Math.max(bytesMax / PREDICTIONS_AT_LEAST, Math.min(bytesMax, SMALL_BYTES));
        }

        /** The same with other room. */
        public Settings withBytesMax(long changed) {
            return new Settings(changed, predictionsMax, tries, firstWait, longestWait);
        }
    }

    /** Starts the writer. */
    public Outlet(String name, Sink sink, PayloadEvents words, Settings settings) {
        this.name = name;
        this.sink = sink;
        this.words = words;
        this.settings = settings;
        this.room = new Room(settings.bytesMax(), settings.predictionsMax());
        this.writer = new Thread(this::work, "slipway-predictions-" + name);
        writer.setDaemon(true);
        writer.start();
    }

    /** As it is configured. */
    public String name() {
        return name;
    }

    public Counts counts() {
        return counts;
    }

    /** Bytes of copies that are not written. */
    public long heldBytes() {
        return room.bytes();
    }

    /** Predictions that are not written, with those that are not answered yet. */
    public int held() {
        return room.predictions();
    }

    /** Takes room for a prediction; where there is none, {@code events} count as dropped. */
    boolean enter(long bytes, int events) {
        return counted(endNanos == 0 && canHold(bytes) && room.enter(bytes), bytes, events);
    }

    /** Takes more room for a prediction that has some; where there is none it leaves, and {@code events} count as dropped. */
    boolean grow(long held, long bytes, int events) {
        if (counted(canHold(held + bytes) && room.grow(bytes), held + bytes, events)) {
            return true;
        }
        room.leave(held);
        return false;
    }

    private boolean canHold(long bytes) {
        return bytes <= settings.predictionBytesMax();
    }

    private boolean counted(boolean isGiven, long bytes, int events) {
        if (!isGiven) {
            Reason reason = endNanos != 0 ? Reason.STOPPED : canHold(bytes) ? Reason.FULL : Reason.TOO_LARGE;
            counts.dropped(reason, events);
        }
        return isGiven;
    }

    /** A prediction that took room won't come. */
    void leave(long bytes) {
        room.leave(bytes);
    }

    /** Takes a prediction that has room. */
    void add(Recorded recorded) {
        queue.add(recorded);
        if (isWaiting) {
            LockSupport.unpark(writer);
        }
        if (hasEnded) {
            loseRest();
        }
    }

    /** What came after the writer's last look is not written. Any thread. */
    private void loseRest() {
        for (Recorded late = queue.poll(); late != null; late = queue.poll()) {
            counts.dropped(Reason.STOPPED, late.what().size());
            room.leave(late.bytes());
        }
    }

    private void work() {
        try {
            while (endNanos == 0 || !queue.isEmpty()) {
                try {
                    if (queue.isEmpty()) {
                        await();
                    } else {
                        writeSome();
                    }
                } catch (RuntimeException | Error e) {
                    LOG.log(Level.ERROR, "prediction log, sink '" + name + "': unexpected", e);
                }
            }
        } finally {
            // Said before it is looked again: who adds something meanwhile sees one or the other.
            hasEnded = true;
            loseRest();
        }
        try {
            sink.close();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "prediction log, sink ''{0}'' did not end well: {1}", name, e);
        }
    }

    private void await() {
        isWaiting = true;
        // Looked at again: what came before that was said has not woken anybody.
        if (queue.isEmpty() && endNanos == 0) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        isWaiting = false;
        if (queue.isEmpty()) {
            try {
                sink.idle();
            } catch (IOException e) {
                tellFailure(e);
            }
        }
    }

    private void writeSome() {
        Batch batch = new Batch(List.of(), counts);
        long bytes = 0;
        int predictions = 0;
        try {
            while (predictions < BATCH_PREDICTIONS && bytes < BATCH_BYTES) {
                Recorded next = queue.poll();
                if (next == null) {
                    break;
                }
                predictions++;
                bytes += next.bytes();
                add(next, batch);
            }
            if (isLate() || failuresAtEnd >= TRIES_AT_END) {
                batch.giveUp(Reason.STOPPED);
            }
            write(batch);
        } finally {
            // Nothing is left, unless what failed is nothing that is tried again.
            batch.giveUp(Reason.FAILED);
            room.leaveAll(predictions, bytes);
        }
    }

    private void add(Recorded recorded, Batch batch) {
        String id = recorded.prediction().id();
        try {
            batch.add(words.of(recorded));
        } catch (SlipwayException e) {
            counts.dropped(Reason.UNREADABLE, recorded.what().size());
            LOG.log(Level.DEBUG, "prediction {0} is not taken down: {1}", id, e.getMessage());
        } catch (RuntimeException | Error e) {
            // It must not take with it those that it lies beside.
            counts.dropped(Reason.UNREADABLE, recorded.what().size());
            LOG.log(Level.ERROR, "prediction log, sink '" + name + "': a prediction is not taken down", e);
        }
    }

    private void write(Batch batch) {
        Duration wait = settings.firstWait();
        int failures = 0;
        while (!batch.isDone()) {
            try {
                sink.write(batch);
                if (batch.isDone()) {
                    tellSuccess();
                }
            } catch (IOException | RuntimeException e) {
                failures++;
                counts.failed();
                tellFailure(e);
                if (isHopeless()) {
                    batch.giveUp(Reason.STOPPED);
                } else if (failures >= settings.tries()) {
                    batch.giveUp(Reason.FAILED);
                } else {
                    rest(wait);
                    wait = wait.multipliedBy(2).compareTo(settings.longestWait()) < 0
                            ? wait.multipliedBy(2)
                            : settings.longestWait();
                }
            }
        }
    }

    private void rest(Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        long ending = endNanos;
        // Who is told to end tries again at once.
        for (long left = wait.toNanos(); left > 0 && ending == endNanos; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** A sink that is dead must not keep the server from ending. */
    private boolean isHopeless() {
        return isLate() || (endNanos != 0 && ++failuresAtEnd >= TRIES_AT_END);
    }

    private boolean isLate() {
        long end = endNanos;
        return end != 0 && System.nanoTime() - end >= 0;
    }

    private void tellFailure(Exception e) {
        if (!isFailing) {
            isFailing = true;
            LOG.log(
                    Level.WARNING,
                    "prediction log: sink ''{0}'' fails: {1}; requests go on, what there is no room for is dropped and counted",
                    name,
                    e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void tellSuccess() {
        if (isFailing) {
            isFailing = false;
            LOG.log(
                    Level.INFO,
                    "prediction log: sink ''{0}'' works again; {1} events were dropped so far",
                    name,
                    counts.dropped());
        }
    }

    /**
     * Takes nothing more, and writes what there is until {@code nanoTime}, by {@link System#nanoTime}; what is left then is
     * dropped, and counted.
     */
    void closing(long nanoTime) {
        endNanos = nanoTime == 0 ? 1 : nanoTime;
        LockSupport.unpark(writer);
    }

    /** Waits until the writer has ended, once it was told to. */
    void join() {
        try {
            // A sink that is at work is given a little more, to notice.
            long nanos = endNanos - System.nanoTime() + IDLE_NANOS;
            writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.log(
                    Level.WARNING,
                    "prediction log: sink ''{0}'' has not ended in time; {1} predictions are lost",
                    name,
                    room.predictions());
            writer.interrupt();
        }
    }

    /** Waits until the writer has ended. */
    void awaitEnd(Duration patience) throws InterruptedException {
        writer.join(patience.toMillis());
    }

    /** Writes what there is, for as long as {@code patience}; what is left then is dropped, and counted. */
    public void close(Duration patience) {
        closing(System.nanoTime() + patience.toNanos());
        join();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}

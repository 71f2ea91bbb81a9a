package dev.slipway.access.audit;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes events from a queue to a {@link Chain}, all that wait at once. What can't be written is given up and counted, not
 * kept: a disk that is full for an hour must not fill the memory too. Runs on a thread of its own, which alone touches the
 * chain; {@link #close} and the fields that are volatile or atomic are for all.
 */
final class AuditWriter implements Runnable {
    private static final int BATCH_MAX = 1024;

    /** Between two tries after a failure, and the longest that lines stay unforced and the head behind. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** To wake a thread costs who wakes it tens of microseconds: events that are not urgent wait so long at most. */
    private static final long NAP_NANOS = 100_000_000;

    private final AuditSettings settings;
    private final AuditStorage storage;
    private final AuditListener listener;
    private final InstantSource clock;
    private final Repeats repeats;
    private final ArrayBlockingQueue<Pending> queue;
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong lost = new AtomicLong();

    private @Nullable Chain chain;
    private Head last = Head.BEFORE_ALL;
    private Instant failedAt = Instant.EPOCH;
    private Instant markedAt = Instant.EPOCH;
    private volatile @Nullable String failure;
    private volatile @Nullable Thread thread;
    private volatile boolean isClosing;
    private volatile boolean hasEnded;

    AuditWriter(
            AuditSettings settings,
            AuditStorage storage,
            AuditListener listener,
            InstantSource clock,
            Repeats repeats) {
        this.settings = settings;
        this.storage = storage;
        this.listener = listener;
        this.clock = clock;
        this.repeats = repeats;
        this.queue = new ArrayBlockingQueue<>(settings.eventsMax());
    }

    /** Before {@link #run}: a log that can't be written from the start is an error of who starts it. */
    void start() throws IOException {
        Instant now = clock.instant();
        chain = Chain.open(settings, storage, listener, now, Chain.Before.UNKNOWN);
        chain.add(AuditKind.STARTED, AuditEvent.own(now, AuditOutcome.ALLOWED, ""), now);
        chain.force();
        chain.mark();
        last = chain.last();
        markedAt = now;
    }

    /** False when there is no room, of which {@code spare} places are for others. */
    boolean offer(Pending pending, int spare) {
        if (hasEnded || queue.remainingCapacity() <= spare || !queue.offer(pending)) {
            return false;
        }
        if (hasEnded) {
            // It may have come after the last look.
            giveUpWaiting();
        } else if (pending.isUrgent() || queue.remainingCapacity() < settings.eventsMax() / 2) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    void countLost() {
        dropped.increment();
        lost.incrementAndGet();
    }

    /** Events that are not in the log, ever since it was opened. */
    long dropped() {
        return dropped.sum();
    }

    int waiting() {
        return queue.size();
    }

    /** Null while all is well. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Has {@link #run} end when all that waits is written; returns at once. */
    void close() {
        isClosing = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!isClosing || !queue.isEmpty()) {
                step(next());
            }
            finish();
        } finally {
            hasEnded = true;
            giveUpWaiting();
            closeChain();
        }
    }

    private List<Pending> next() {
        if (queue.isEmpty() && !isClosing) {
            LockSupport.parkNanos(this, NAP_NANOS);
        }
        List<Pending> batch = new ArrayList<>();
        queue.drainTo(batch, BATCH_MAX);
        return batch;
    }

    private void step(List<Pending> batch) {
        Instant now = clock.instant();
        if (failure != null && !isOver(failedAt, now) && !isClosing) {
            batch.forEach(this::giveUp);
            return;
        }
        List<Repeats.Unwritten> repeated = isClosing ? repeats.all(now) : repeats.due(now);
        boolean isLate = (chain == null || chain.isBehind()) && isOver(markedAt, now);
        if (isLate || lost.get() > 0 || !batch.isEmpty() || !repeated.isEmpty()) {
            write(batch, repeated, now);
        }
    }

    private void write(List<Pending> batch, List<Repeats.Unwritten> repeated, Instant now) {
        long lostBefore = lost.get();
        try {
            Chain to = opened(now);
            if (lostBefore > 0) {
                String detail = "%d events could not be written".formatted(lostBefore);
                to.add(AuditKind.LOST, AuditEvent.own(now, AuditOutcome.FAILED, detail), lostBefore, now);
            }
            for (Repeats.Unwritten some : repeated) {
                String detail = some.areAlike() ? "more like this" : "more, of which this is the last";
                to.add(AuditKind.REPEATED, some.like().withDetail(detail), some.count(), now);
            }
            for (Pending pending : batch) {
                to.add(AuditKind.ACCESS, pending.event(), now);
            }
            boolean isLate = isOver(markedAt, now);
            if (isLate || batch.stream().anyMatch(Pending::isUrgent)) {
                to.force();
            } else {
                to.write();
            }
            if (isLate) {
                to.mark();
                markedAt = now;
            }
            last = to.last();
        } catch (IOException | RuntimeException e) {
            fail(e, now);
            batch.forEach(this::giveUp);
            repeated.forEach(some -> countLost(some.count()));
            return;
        }
        lost.addAndGet(-lostBefore);
        if (failure != null) {
            failure = null;
            listener.recovered(lostBefore);
        }
        batch.forEach(Pending::succeed);
    }

    private Chain opened(Instant now) throws IOException {
        Chain open = chain;
        if (open == null) {
            String why = "writing failed after line %d: %s".formatted(last.seq(), failure);
            open = Chain.open(settings, storage, listener, now, new Chain.Before(why, last));
            chain = open;
        }
        return open;
    }

    private void finish() {
        Instant now = clock.instant();
        write(List.of(), repeats.all(now), now);
        try {
            Chain to = chain;
            if (to != null) {
                to.add(AuditKind.STOPPED, AuditEvent.own(now, AuditOutcome.ALLOWED, ""), now);
                to.force();
                to.mark();
            }
        } catch (IOException | RuntimeException e) {
            fail(e, now);
        }
    }

    /** How much of what was written is there can't be known: whoever writes next looks. */
    private void fail(Exception e, Instant now) {
        closeChain();
        failedAt = now;
        boolean isNew = failure == null;
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        failure = reason;
        if (isNew) {
            listener.failed(reason);
        }
    }

    private void closeChain() {
        try {
            if (chain != null) {
                chain.close();
            }
        } catch (IOException e) {
            listener.failed("a file can't be closed: " + e.getMessage());
        } finally {
            chain = null;
        }
    }

    private void giveUpWaiting() {
        for (Pending pending = queue.poll(); pending != null; pending = queue.poll()) {
            giveUp(pending);
        }
    }

    private void giveUp(Pending pending) {
        countLost();
        pending.fail(new SlipwayException(
                ErrorCode.UNAVAILABLE,
                "the audit log can't be written, and this is not done without (%s)"
                        .formatted(failure == null ? "it is closed" : failure)));
    }

    private void countLost(long count) {
        dropped.add(count);
        lost.addAndGet(count);
    }

    private static boolean isOver(Instant since, Instant now) {
        // A clock that was set back must not make anything wait.
        return Duration.between(since, now).abs().compareTo(PATIENCE) >= 0;
    }
}

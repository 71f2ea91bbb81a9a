package dev.slipway.server.limits;

import dev.slipway.core.batching.Tenant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request that limits are for, and that was let in. For one thread at a time, but that {@link #close} may come from any. */
final class Admitted implements Admission.Ticket {
    private final Standing standing;
    private final String model;
    private final long bytes;
    private final Refusals refusals;
    private final long enteredNanos;
    /** Where the request counts, for each line of its standing. */
    private final Meter[] entered;

    private final AtomicBoolean isClosed = new AtomicBoolean();
    private boolean areRowsCounted;

    private Admitted(Standing standing, String model, long bytes, Refusals refusals, long nowNanos) {
        this.standing = standing;
        this.model = model;
        this.bytes = bytes;
        this.refusals = refusals;
        this.enteredNanos = nowNanos;
        this.entered = new Meter[standing.lines.length];
    }

    /** As {@link Admission#admit}. */
    static Admitted enter(Standing standing, String model, long bytes, Refusals refusals, long nowNanos) {
        Admitted request = new Admitted(standing, model, bytes, refusals, nowNanos);
        for (int at = 0; at < request.entered.length; at++) {
            request.enter(at);
        }
        return request;
    }

    /** Either takes all that the line limits, or gives back all that was taken for this request, and throws. */
    private void enter(int at) {
        Line line = standing.lines[at];
        Meter meter = line.enter();
        if (meter == null) {
            giveBack(at);
            throw refused(line, Kind.CONCURRENT, 0);
        }
        long wait = take(meter.requests, 1, line.requests, enteredNanos);
        if (wait > 0) {
            meter.leave();
            giveBack(at);
            throw refused(line, Kind.REQUESTS, wait);
        }
        wait = take(meter.bytes, bytes, line.bytes, enteredNanos);
        if (wait > 0) {
            giveBack(meter.requests, 1, line.requests, enteredNanos);
            meter.leave();
            giveBack(at);
            throw refused(line, Kind.BYTES, wait);
        }
        entered[at] = meter;
    }

    private RuntimeException refused(Line line, Kind kind, long waitNanos) {
        refusals.count(model, kind);
        return line.refusal(kind, waitNanos);
    }

    /** Undoes the first {@code count} lines. */
    private void giveBack(int count) {
        if (isClosed.compareAndSet(false, true)) {
            for (int at = 0; at < count; at++) {
                Line line = standing.lines[at];
                giveBack(entered[at].requests, 1, line.requests, enteredNanos);
                giveBack(entered[at].bytes, bytes, line.bytes, enteredNanos);
                entered[at].leave();
            }
        }
    }

    private static long take(Bucket bucket, long count, @Nullable Pace pace, long nowNanos) {
        return pace == null ? 0 : bucket.take(count, pace, nowNanos);
    }

    private static void giveBack(Bucket bucket, long count, @Nullable Pace pace, long takenNanos) {
        if (pace != null) {
            bucket.giveBack(count, pace, takenNanos);
        }
    }

    @Override
    public Tenant tenant() {
        return standing.tenant();
    }

    @Override
    public void rows(int rows) {
        if (areRowsCounted || !standing.hasRows) {
            return;
        }
        areRowsCounted = true;
        long nowNanos = standing.clock.getAsLong();
        for (int at = 0; at < entered.length; at++) {
            Line line = standing.lines[at];
            long wait = take(entered[at].rows, rows, line.rows, nowNanos);
            if (wait > 0) {
                for (int before = 0; before < at; before++) {
                    giveBack(entered[before].rows, rows, standing.lines[before].rows, nowNanos);
                }
                giveBack(entered.length);
                throw refused(line, Kind.ROWS, wait);
            }
        }
    }

    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            for (Meter meter : entered) {
                meter.leave();
            }
        }
    }
}

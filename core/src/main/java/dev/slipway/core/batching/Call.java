package dev.slipway.core.batching;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.core.Handle;
import org.jspecify.annotations.Nullable;

/** A request that waits for its run, or is in it. */
final class Call implements Runnable {
    /** Of requests that may be joined: sums of rows stay far from overflowing. */
    private static final int ROWS_MAX = 1 << 18;

    final Handle handle;
    final InferenceRequest request;
    final Reply reply;
    /** Items along axis 0; 1 where the request can't be joined with others. */
    final int rows;

    /** Rows that its tenant is charged, and that it is reckoned to take: also of a request that can't be joined. */
    int charge;

    /** Whether the inputs agree on their rows; else the request runs alone. */
    final boolean isJoinable;

    final long sinceNanos;

    /** Its place in the line, if it has to wait. */
    Urgency urgency = Urgency.DEFAULT;

    /** Of the line it waits in, from 0. */
    int level;

    /** Its tenant's, where it waits, or waited; guarded by the queue. */
    SharedLine.@Nullable Share share;

    /** Where it waits, or waited; null as long as it did not have to. */
    @Nullable
    ModelQueue queue;

    /** When it has waited as long as it may; {@code Long.MAX_VALUE} for no bound but its deadline. */
    long waitsUntilNanos = Long.MAX_VALUE;

    /**
     * @param rows items along axis 0; 0 or less where it can't be joined with others
     */
    Call(Handle handle, InferenceRequest request, Reply reply, int rows, long nowNanos) {
        this.handle = handle;
        this.request = request;
        this.reply = reply;
        this.isJoinable = rows > 0 && rows <= ROWS_MAX;
        this.rows = isJoinable ? rows : 1;
        this.charge = chargeOf(rows);
        this.sinceNanos = nowNanos;
    }

    /** What is charged for so many rows: no more than where sums would overflow. */
    static int chargeOf(long rows) {
        return (int) Math.max(1, Math.min(rows, ROWS_MAX));
    }

    /** Nobody waits for it any more: it leaves its queue, if it is still there. */
    @Override
    public void run() {
        ModelQueue left = queue;
        if (left != null) {
            left.leave(this);
        }
    }

    Deadline deadline() {
        return request.deadline();
    }

    /** Whether it has waited longer than its queue allows. */
    boolean isOverdue(long nowNanos) {
        return waitsUntilNanos != Long.MAX_VALUE && nowNanos - waitsUntilNanos >= 0;
    }

    /** Whether running it would be of no use. */
    boolean isDead(long nowNanos) {
        return request.deadline().isExpired(nowNanos) || reply.isCancelled();
    }
}

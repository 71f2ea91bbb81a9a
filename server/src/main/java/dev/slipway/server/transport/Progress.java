package dev.slipway.server.transport;

import dev.slipway.api.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far one request has got, and until when it may stay there. For its event loop. */
final class Progress {
    private static final long LINGER_NANOS_MAX = 1_000_000_000L;
    private static final Duration NO_END = Duration.ofDays(36_500);

    /** Where a request can be. */
    enum Phase {
        RECEIVING,
        /** The body is there: it is being inflated, or the handler is at work. */
        HANDLING,
        /** Answered; the client has yet to take the answer, or to stop sending. */
        ANSWERED,
        ENDED
    }

    private final TransportTimeouts timeouts;
    private final long startNanos = System.nanoTime();
    private Phase phase = Phase.RECEIVING;
    private Deadline deadline;
    private long answerUntilNanos;

    Progress(TransportTimeouts timeouts) {
        this.timeouts = timeouts;
        this.deadline = Deadline.after(timeouts.request(), startNanos);
    }

    boolean isIn(Phase asked) {
        return phase == asked;
    }

    /** Whether an answer can still be sent. */
    boolean isOpen() {
        return phase == Phase.RECEIVING || phase == Phase.HANDLING;
    }

    long startNanos() {
        return startNanos;
    }

    Deadline deadline() {
        return deadline;
    }

    void deadline(Deadline later) {
        deadline = later;
    }

    /** Takes the longest time that a client may ask for. */
    void deadlineMax() {
        deadline = Deadline.after(timeouts.requestMax(), startNanos);
    }

    /** From now on no deadline counts. */
    void deadlineNever() {
        deadline = Deadline.after(NO_END, startNanos);
    }

    /** All of the request has come. */
    void handles() {
        phase = Phase.HANDLING;
    }

    /** The answer, of {@code bytes} bytes, has been handed to the connection. */
    void answered(int bytes, long nowNanos) {
        phase = Phase.ANSWERED;
        answerUntilNanos = nowNanos
                + timeouts.answerRead().toNanos()
                + (long) (bytes * 1e9 / ConnectionGuard.READ_BYTES_PER_SECOND_MIN);
    }

    /** What still comes of the request is thrown away, for a while. */
    void lingers(long nowNanos) {
        answerUntilNanos =
                nowNanos + Math.min(LINGER_NANOS_MAX, timeouts.answerRead().toNanos());
    }

    void ends() {
        phase = Phase.ENDED;
    }

    /**
     * What to answer where the request or its handler takes too long; null where neither does.
     *
     * @param receivingSinceNanos since when the client has had the time to send what is awaited
     * @param receivedBytes of the body, so far
     */
    @Nullable
    Refusal overdue(long nowNanos, long receivingSinceNanos, int receivedBytes) {
        if (phase == Phase.RECEIVING) {
            boolean isSlow =
                    nowNanos - receivingSinceNanos > timeouts.requestRead().toNanos();
            return isSlow ? Refusal.tooSlow(receivedBytes, timeouts.requestRead()) : null;
        }
        return phase == Phase.HANDLING && deadline.isExpired(nowNanos) ? late() : null;
    }

    /** What to answer once the deadline is over. */
    Refusal late() {
        return Refusal.late(deadline.nanoTime() - startNanos);
    }

    /** Whether the client takes too long to take its answer. */
    boolean isAnswerLeft(long nowNanos) {
        return phase == Phase.ANSWERED && nowNanos - answerUntilNanos > 0;
    }
}

package dev.slipway.server.transport;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.protocol.Buffers;
import dev.slipway.server.transport.Progress.Phase;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the end of the head to the last byte that the client took. What two protocols have
 * in common: {@linkplain Reception taking in the body} within the limits, {@linkplain Progress deadlines}, {@linkplain Answering
 * answering}, and letting go. Lives on its event loop; handlers reach it from other threads through {@link #answering} only.
 */
abstract class Exchange {
    private static final RequestLog LOG = RequestLog.of(Exchange.class);

    final ServerLoop loop;

    /** Neighbours in the loop's list. */
    @Nullable
    Exchange older;

    @Nullable
    Exchange newer;

    private final ConnectionGuard guard;
    private final boolean http2;
    private final Progress progress;
    private final Reception reception;
    private final Cancellation cancellation = new Cancellation();
    private final Answering answering;
    private Permit permit = Permit.ALL;
    private @Nullable RequestContext context;

    Exchange(ServerLoop loop, ConnectionGuard guard, boolean http2, int bodyBytesMax) {
        this.loop = loop;
        this.guard = guard;
        this.http2 = http2;
        this.progress = new Progress(loop.options.timeouts());
        this.reception = new Reception(this, bodyBytesMax);
        this.answering = new Answering(this);
        loop.add(this);
        guard.requestBegins();
    }

    /** As {@link RestRequest#context}. */
    public final RequestContext context() {
        RequestContext known = context;
        if (known == null) {
            known = RequestContext.of(requestId());
            context = known;
        }
        return known;
    }

    /** The request's own word for itself; null when it has none. */
    abstract @Nullable String requestId();

    /** As {@link RestRequest#permit()}. */
    public final Permit permit() {
        return permit;
    }

    /** As {@link RestRequest#permit(Permit)}. */
    public final void permit(Permit said) {
        permit = said;
    }

    /** Path and query of the request. */
    abstract String uri();

    public final String remoteAddress() {
        return guard.peer().address();
    }

    public final int localPort() {
        return guard.localPort();
    }

    public final @Nullable X509Certificate clientCertificate() {
        return guard.peer().certificate();
    }

    /** Where the body is taken in. */
    final Reception reception() {
        return reception;
    }

    /** Where the answer is given. */
    final Answering answering() {
        return answering;
    }

    /** How far this has got. */
    final Progress progress() {
        return progress;
    }

    /** Where the handler gets the memory of its answer from. */
    public final Buffers buffers() {
        return answering.buffers();
    }

    /** Bytes that the protocol puts before an answer. */
    abstract int answerPrefixBytes();

    /** Answers with an error that the transport itself found; does nothing when there is an answer already. */
    final void refuse(Refusal refusal) {
        if (isOpen()) {
            Refusals.Reason reason = refusal.reason();
            if (reason != null && !reception.wasLent()) {
                loop.refusals.count(reason);
            }
            cancellation.say();
            sendError(refusal.httpStatus(), refusal.code(), refusal.text());
            answered(refusal.text().length());
            cancelled();
        }
    }

    final void refuse(int httpStatus, ErrorCode code, String text) {
        refuse(new Refusal(httpStatus, code, text));
    }

    final void refuse(Body.Verdict verdict) {
        refuse(Refusal.of(verdict, loop.budget, loop.options.limits()));
    }

    /** Sends an error in the protocol's own form. */
    abstract void sendError(int httpStatus, ErrorCode code, String text);

    /** What there is to say of it all, at its end. */
    abstract EndedRequest ended();

    /** Sends what the handler answered. */
    abstract void sendAnswer();

    /** Ends an HTTP/2 request that was answered before its end. */
    abstract void reset();

    /** The body is complete, or what the protocol makes of it. */
    abstract void received(ByteBuffer bytes);

    /** The inflated bytes are there. */
    abstract void inflated(ByteBuffer bytes);

    /** Nobody waits any more, though the handler may be at work. */
    void cancelled() {
        cancellation.act();
    }

    /** Has {@code action} run, on the event loop, when the request is cancelled; at once if it is. Any thread. */
    public void onCancel(Runnable action) {
        if (loop.eventLoop.inEventLoop()) {
            cancellation.then(action);
        } else {
            later(() -> cancellation.then(action));
        }
    }

    /** The server has begun to stop. */
    void stopping() {}

    /** Runs tasks after all connections that are ready have been read: Netty's loops read first, then run tasks. */
    public final Executor turn() {
        return loop.eventLoop;
    }

    /** The answer's turn on the loop. */
    final void answerNow() {
        guard.holdFlushes();
        reception.giveBack();
        if (progress.isIn(Phase.HANDLING) && !cancellation.isSaid()) {
            sendAnswer();
        } else {
            reception.letGo();
        }
    }

    /** Runs {@code action} on the loop, after all that was asked to run there before. */
    final void later(Runnable action) {
        loop.eventLoop.execute(() -> {
            guard.holdFlushes();
            action.run();
        });
    }

    /** Whether an answer can still be sent. */
    final boolean isOpen() {
        return progress.isOpen();
    }

    final boolean isHttp2() {
        return http2;
    }

    final boolean closesConnection() {
        return !http2 && (loop.isStopping() || !reception.isComplete());
    }

    public final Deadline deadline() {
        return progress.deadline();
    }

    /** The answer comes in pieces from now on, if somebody still waits: the body is let go, and no deadline counts. */
    final boolean beginsStream() {
        guard.holdFlushes();
        reception.giveBack();
        reception.letGo();
        progress.deadlineNever();
        return isOpen() && !cancellation.isSaid();
    }

    final void cutConnection() {
        guard.cut();
    }

    public final boolean isCancelled() {
        return cancellation.isSaid();
    }

    final void handlerFailed(Throwable failure) {
        LOG.error(context(), "handler of " + GrpcHeads.path(uri()) + " failed", failure);
    }

    final void sweep(long nowNanos) {
        if (isOpen()) {
            swept(nowNanos);
        }
        Refusal refusal = progress.overdue(nowNanos, receivingSinceNanos(), reception.length());
        if (refusal != null) {
            refuse(refusal);
        } else if (progress.isAnswerLeft(nowNanos)) {
            finish();
            guard.cut();
        }
    }

    /** Looks after timeouts of its own; it is open. */
    void swept(long nowNanos) {}

    /** Since when the client has had the time to send what is awaited. */
    long receivingSinceNanos() {
        return progress.startNanos();
    }

    /** The answer, of {@code bytes} bytes, has been handed to the connection. */
    final void answered(int bytes) {
        if (progress.isIn(Phase.ENDED)) {
            return;
        }
        if (context != null) {
            context.ends();
        }
        long now = System.nanoTime();
        progress.answered(bytes, now);
        reception.letGo();
        if (!reception.isComplete() && http2) {
            // RFC 9113, 8.1: the answer is complete, and no more of the request is wanted.
            reset();
        } else if (!reception.isComplete()) {
            // What still comes is thrown away for a while: closing at once would destroy the answer on its way.
            progress.lingers(now);
        } else if (!http2) {
            finish();
        }
    }

    /** All of the request has come. */
    final void requestEnds() {
        reception.completes();
        if (progress.isIn(Phase.RECEIVING)) {
            progress.handles();
            if (progress.deadline().isExpired(System.nanoTime())) {
                refuse(progress.late());
            } else {
                reception.handOver();
            }
        } else if (progress.isIn(Phase.ANSWERED) && !http2) {
            finish();
            guard.closeGently();
        }
    }

    /** The stream or connection is closed. */
    final void closed() {
        if (isOpen()) {
            cancellation.say();
            finish();
            cancelled();
        } else if (progress.isIn(Phase.ANSWERED)) {
            finish();
        }
    }

    private void finish() {
        progress.ends();
        if (context != null) {
            context.ends();
        }
        loop.remove(this);
        guard.requestEnds();
        reception.letGo();
        loop.tell(this);
    }
}

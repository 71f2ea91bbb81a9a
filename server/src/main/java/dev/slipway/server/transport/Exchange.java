package dev.slipway.server.transport;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.protocol.Buffers;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the end of the head to the last byte that the client took. What two protocols have
 * in common: gathering the body within the limits, deadlines, and letting go. Lives on its event loop; handlers reach
 * it from other threads through {@link #handlerAnswers()} only.
 */
abstract class Exchange implements Runnable {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
    private static final AtomicIntegerFieldUpdater<Exchange> HANDLER_ANSWERED =
            AtomicIntegerFieldUpdater.newUpdater(Exchange.class, "handlerAnswered");
    private static final long LINGER_NANOS_MAX = 1_000_000_000L;
    private static final Duration NO_END = Duration.ofDays(36_500);

    private enum Phase {
        RECEIVING,
        /** The body is there: it is being inflated, or the handler is at work. */
        HANDLING,
        /** Answered; the client has yet to take the answer, or to stop sending. */
        ANSWERED,
        ENDED
    }

    final ServerLoop loop;

    /** Neighbours in the loop's list. */
    @Nullable
    Exchange older;

    @Nullable
    Exchange newer;

    private final ConnectionGuard guard;
    private final boolean http2;
    private final long startNanos;
    private Deadline deadline;
    private Body body;
    private @Nullable AnswerMemory answerMemory;
    private Phase phase = Phase.RECEIVING;
    private boolean bodyInUse;
    private boolean requestEnded;
    private long answerUntilNanos;
    private volatile boolean cancelled;
    private @Nullable Runnable onCancel;
    private Permit permit = Permit.ALL;
    private @Nullable RequestContext context;

    @SuppressWarnings("unused") // Read and written through HANDLER_ANSWERED.
    private volatile int handlerAnswered;

    Exchange(ServerLoop loop, ConnectionGuard guard, boolean http2, int bodyBytesMax) {
        this.loop = loop;
        this.guard = guard;
        this.http2 = http2;
        this.startNanos = System.nanoTime();
        this.deadline = Deadline.after(loop.options.timeouts().request(), startNanos);
        this.body = new Body(loop.budget, bodyBytesMax);
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

    /** How long the body says it will be. */
    final void expect(long totalBytes) {
        body.expect(totalBytes);
    }

    /** As {@link #expect}, for a body that is best gathered off the heap; {@code alignedAt} is where its tensor begins. */
    final void expectPooled(long totalBytes, int alignedAt) {
        body.expectPooled(totalBytes, alignedAt);
    }

    /** Where the handler gets the memory of its answer from. */
    public final Buffers buffers() {
        AnswerMemory taken = answerMemory;
        if (taken == null) {
            taken = new AnswerMemory(answerPrefixBytes());
            answerMemory = taken;
        }
        return taken;
    }

    /** Bytes that the protocol puts before an answer. */
    abstract int answerPrefixBytes();

    /** The handler's own memory of {@code answer}, for the caller to release; null when the answer lies elsewhere. */
    final @Nullable ByteBuf claim(ByteBuffer answer) {
        return answerMemory == null ? null : answerMemory.claim(answer);
    }

    /** Memory that {@code answer} may lie in, and that must not be released before it is sent. */
    final List<ByteBuf> retainFor(ByteBuffer answer) {
        if (!answer.isDirect()) {
            return List.of();
        }
        ByteBuf ofBody = body.retain();
        ByteBuf ofAnswer = answerMemory == null ? null : answerMemory.unclaimed();
        return Stream.of(ofBody, ofAnswer).filter(Objects::nonNull).toList();
    }

    /** Answers with an error that the transport itself found; does nothing when there is an answer already. */
    final void refuse(Refusal refusal) {
        if (isOpen()) {
            cancelled = true;
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
        Runnable action = onCancel;
        onCancel = null;
        if (action != null) {
            action.run();
        }
    }

    /** Has {@code action} run, on the event loop, when the request is cancelled; at once if it is. Any thread. */
    public void onCancel(Runnable action) {
        if (!loop.eventLoop.inEventLoop()) {
            later(() -> onCancel(action));
        } else if (cancelled) {
            action.run();
        } else {
            onCancel = action;
        }
    }

    /** The server has begun to stop. */
    void stopping() {}

    /** Marks that the handler has answered, from whatever thread. */
    final void handlerAnswers() {
        if (!markAnswered()) {
            throw new IllegalStateException("%s was answered already".formatted(uri()));
        }
    }

    /** Whether this is the handler's first answer. */
    final boolean markAnswered() {
        return HANDLER_ANSWERED.compareAndSet(this, 0, 1);
    }

    /** Runs tasks after all connections that are ready have been read: Netty's loops read first, then run tasks. */
    public final Executor turn() {
        return loop.eventLoop;
    }

    /** Has {@link #sendAnswer} called on the loop, unless nobody waits any more, and lets go of the body. */
    final void answer() {
        if (loop.eventLoop.inEventLoop()) {
            run();
        } else {
            answerLater();
        }
    }

    /** As {@link #answer}, after all that was asked to run there before. */
    final void answerLater() {
        try {
            loop.eventLoop.execute(this);
        } catch (RejectedExecutionException e) {
            // The transport is closed: nobody waits any more.
            bodyInUse = false;
            letGo();
            releaseUnsent();
        }
    }

    /** The answer's turn on the loop. */
    @Override
    public final void run() {
        guard.holdFlushes();
        bodyInUse = false;
        if (phase == Phase.HANDLING && !cancelled) {
            sendAnswer();
        } else {
            letGo();
        }
        releaseUnsent();
    }

    private void releaseUnsent() {
        ByteBuf unsent = answerMemory == null ? null : answerMemory.unclaimed();
        if (unsent != null) {
            unsent.release();
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
        return phase == Phase.RECEIVING || phase == Phase.HANDLING;
    }

    final boolean isHttp2() {
        return http2;
    }

    final boolean closesConnection() {
        return !http2 && (loop.isStopping() || !requestEnded);
    }

    public final Deadline deadline() {
        return deadline;
    }

    final void deadline(Deadline later) {
        deadline = later;
    }

    /** Takes the longest time that a client may ask for. */
    final void deadlineMax() {
        deadline = Deadline.after(loop.options.timeouts().requestMax(), startNanos);
    }

    /** The answer comes in pieces from now on, if somebody still waits: the body is let go, and no deadline counts. */
    final boolean beginsStream() {
        guard.holdFlushes();
        bodyInUse = false;
        letGo();
        deadline = Deadline.after(NO_END, startNanos);
        return isOpen() && !cancelled;
    }

    final void cutConnection() {
        guard.cut();
    }

    public final boolean isCancelled() {
        return cancelled;
    }

    final long startNanos() {
        return startNanos;
    }

    /** Marks that the handler uses the body from now on. */
    final void handing() {
        bodyInUse = true;
    }

    final void handlerFailed(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, () -> "handler of " + uri() + " failed", failure);
    }

    /** Inflates {@code compressed}, and goes on with what that gives in place of the body there was. */
    final void inflate(ByteBuffer compressed) {
        Body into = new Body(loop.budget, loop.options.limits().bodyBytesMax());
        bodyInUse = true;
        loop.bodyWork.inflate(compressed, into, verdict -> {
            body.release();
            body = into;
            if (isReady(verdict)) {
                inflated(body.view());
            }
        });
    }

    final void sweep(long nowNanos) {
        TransportTimeouts timeouts = loop.options.timeouts();
        if (isOpen()) {
            swept(nowNanos);
        }
        switch (phase) {
            case RECEIVING -> {
                if (nowNanos - receivingSinceNanos() > timeouts.requestRead().toNanos()) {
                    refuse(Refusal.tooSlow(body.length(), timeouts.requestRead()));
                }
            }
            case HANDLING -> {
                if (deadline.isExpired(nowNanos)) {
                    refuse(Refusal.late(deadline.nanoTime() - startNanos));
                }
            }
            case ANSWERED -> {
                if (nowNanos - answerUntilNanos > 0) {
                    finish();
                    guard.cut();
                }
            }
            case ENDED -> {}
        }
    }

    /** Looks after timeouts of its own; it is open. */
    void swept(long nowNanos) {}

    /** Since when the client has had the time to send what is awaited. */
    long receivingSinceNanos() {
        return startNanos;
    }

    /** The answer, of {@code bytes} bytes, has been handed to the connection. */
    final void answered(int bytes) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ANSWERED;
        long now = System.nanoTime();
        answerUntilNanos = now
                + loop.options.timeouts().answerRead().toNanos()
                + (long) (bytes * 1e9 / ConnectionGuard.READ_BYTES_PER_SECOND_MIN);
        letGo();
        if (!requestEnded) {
            stopReceiving(now);
        } else if (!http2) {
            finish();
        }
    }

    private void stopReceiving(long nowNanos) {
        if (http2) {
            // RFC 9113, 8.1: the answer is complete, and no more of the request is wanted.
            reset();
        } else {
            // What still comes is thrown away for a while: closing at once would destroy the answer on its way.
            answerUntilNanos = nowNanos
                    + Math.min(
                            LINGER_NANOS_MAX,
                            loop.options.timeouts().answerRead().toNanos());
        }
    }

    /** Adds a piece of the body, which the body may keep. */
    final void add(ByteBuffer piece) {
        if (phase != Phase.RECEIVING) {
            return;
        }
        added(body.add(piece));
    }

    /** Adds a copy of a piece of the body. */
    final void addCopy(ByteBuf piece) {
        if (phase == Phase.RECEIVING) {
            added(body.addCopy(piece));
        }
    }

    private void added(Body.Verdict verdict) {
        if (verdict != Body.Verdict.TAKEN) {
            refuse(verdict);
        } else {
            grown(body);
        }
    }

    /** The body has grown. */
    void grown(Body bytes) {}

    /** All of the request has come. */
    final void requestEnds() {
        requestEnded = true;
        if (phase == Phase.RECEIVING) {
            phase = Phase.HANDLING;
            if (deadline.isExpired(System.nanoTime())) {
                refuse(Refusal.late(deadline.nanoTime() - startNanos));
            } else if (body.isScattered()) {
                bodyInUse = true;
                loop.bodyWork.join(body, verdict -> {
                    if (isReady(verdict)) {
                        received(body.view());
                    }
                });
            } else {
                received(body.view());
            }
        } else if (phase == Phase.ANSWERED && !http2) {
            finish();
            guard.closeGently();
        }
    }

    /** Whether the request is to go on after work on its body. */
    private boolean isReady(Body.Verdict verdict) {
        bodyInUse = false;
        if (verdict != Body.Verdict.TAKEN) {
            refuse(verdict);
        }
        if (!isOpen()) {
            letGo();
        }
        return isOpen();
    }

    /** The stream or connection is closed. */
    final void closed() {
        if (isOpen()) {
            cancelled = true;
            finish();
            cancelled();
        } else if (phase == Phase.ANSWERED) {
            finish();
        }
    }

    private void finish() {
        phase = Phase.ENDED;
        loop.remove(this);
        guard.requestEnds();
        letGo();
    }

    private void letGo() {
        if (!bodyInUse) {
            body.release();
        }
    }
}

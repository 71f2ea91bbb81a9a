package dev.slipway.server.transport;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the end of the head to the last byte that the client took. What two protocols have
 * in common: gathering the body within the limits, deadlines, and letting go. Lives on its event loop; handlers reach
 * it from other threads through {@link #handlerAnswers()} only.
 */
abstract class Exchange {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
    private static final AtomicIntegerFieldUpdater<Exchange> HANDLER_ANSWERED =
            AtomicIntegerFieldUpdater.newUpdater(Exchange.class, "handlerAnswered");
    private static final long LINGER_NANOS_MAX = 1_000_000_000L;

    private enum Phase {
        RECEIVING,
        /** The body is there: it is being inflated, or the handler is at work. */
        HANDLING,
        /** Answered; the client has yet to take the answer, or to stop sending. */
        ANSWERED,
        ENDED
    }

    final ServerLoop loop;
    final HttpServerRequest request;
    final HttpServerResponse response;

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
    private Phase phase = Phase.RECEIVING;
    private boolean bodyInUse;
    private boolean requestEnded;
    private long answerUntilNanos;
    private volatile boolean cancelled;

    @SuppressWarnings("unused") // Read and written through HANDLER_ANSWERED.
    private volatile int handlerAnswered;

    Exchange(ServerLoop loop, ConnectionGuard guard, HttpServerRequest request, int bodyBytesMax) {
        this.loop = loop;
        this.guard = guard;
        this.request = request;
        this.response = request.response();
        this.http2 = request.version() == HttpVersion.HTTP_2;
        this.startNanos = System.nanoTime();
        this.deadline = Deadline.after(loop.options.timeouts().request(), startNanos);
        this.body = new Body(loop.budget, bodyBytesMax);
        loop.add(this);
        guard.requestBegins();
        response.closeHandler(closed -> closed());
    }

    /** How long the body says it will be. */
    final void expect(long totalBytes) {
        body.expect(totalBytes);
    }

    /** Begins to take the body. */
    final void receive() {
        request.handler(this::piece);
        request.endHandler(ended -> requestEnds());
        if (!http2) {
            request.exceptionHandler(this::broken);
        }
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

    /** Sees each piece of the body before it is added; may refuse. */
    void look(Buffer piece) {}

    /** The body is complete, or what the protocol makes of it. */
    abstract void received(ByteBuffer bytes);

    /** The inflated bytes are there. */
    abstract void inflated(ByteBuffer bytes);

    /** Nobody waits any more, though the handler may be at work. */
    void cancelled() {}

    /** The server has begun to stop. */
    void stopping() {}

    /** Marks that the handler has answered, from whatever thread. */
    final void handlerAnswers() {
        if (!markAnswered()) {
            throw new IllegalStateException("%s was answered already".formatted(request.uri()));
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

    /** Runs {@code send} on the loop, then lets go of the body. */
    final void answer(Runnable send) {
        if (loop.eventLoop.inEventLoop()) {
            guard.holdFlushes();
            answerNow(send);
        } else {
            loop.eventLoop.execute(() -> {
                guard.holdFlushes();
                answerNow(send);
            });
        }
    }

    /** As {@link #answer}, after all that was asked to run there before. */
    final void answerLater(Runnable send) {
        later(() -> answerNow(send));
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
        LOG.log(System.Logger.Level.ERROR, () -> "handler of " + request.uri() + " failed", failure);
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
            response.reset(0);
        } else {
            // What still comes is thrown away for a while: closing at once would destroy the answer on its way.
            answerUntilNanos = nowNanos
                    + Math.min(
                            LINGER_NANOS_MAX,
                            loop.options.timeouts().answerRead().toNanos());
        }
    }

    private void piece(Buffer piece) {
        if (phase != Phase.RECEIVING) {
            return;
        }
        look(piece);
        if (phase != Phase.RECEIVING) {
            return;
        }
        Body.Verdict verdict = body.add(((BufferInternal) piece).getByteBuf().nioBuffer());
        if (verdict != Body.Verdict.TAKEN) {
            refuse(verdict);
        } else {
            grown(body);
        }
    }

    /** The body has grown. */
    void grown(Body bytes) {}

    private void requestEnds() {
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

    private void answerNow(Runnable send) {
        bodyInUse = false;
        if (phase == Phase.HANDLING && !cancelled) {
            send.run();
        } else {
            letGo();
        }
    }

    private void broken(Throwable cause) {
        // A client that hangs up is seen by the response; what else comes here is a body that breaks HTTP.
        if (!(cause instanceof IOException) && !(cause instanceof HttpClosedException)) {
            refuse(400, ErrorCode.INVALID_ARGUMENT, "body is not valid HTTP: " + cause.getMessage());
        }
    }

    private void closed() {
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

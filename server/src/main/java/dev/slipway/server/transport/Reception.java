package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the body of one exchange: gathers it within the limits, has it joined and inflated, and lets it go as soon as
 * nobody needs it. On the exchange's event loop.
 */
final class Reception {
    private final Exchange exchange;
    private final ServerLoop loop;
    private Body body;
    private boolean inUse;
    private boolean wasLent;
    private boolean complete;
    private long receivedBytes;

    Reception(Exchange exchange, int bytesMax) {
        this.exchange = exchange;
        this.loop = exchange.loop;
        this.body = new Body(loop.budget, bytesMax);
    }

    /** How long the body says it will be. */
    void expect(long totalBytes) {
        body.expect(totalBytes);
    }

    /** As {@link #expect}, for a body that is best gathered off the heap; {@code alignedAt} is where its tensor begins. */
    void expectPooled(long totalBytes, int alignedAt) {
        body.expectPooled(totalBytes, alignedAt);
    }

    /** Bytes so far. */
    int length() {
        return body.length();
    }

    /** Bytes that came, whatever became of them. */
    long receivedBytes() {
        return receivedBytes;
    }

    /** So many bytes came that are gathered elsewhere. */
    void passes(int bytes) {
        receivedBytes += bytes;
    }

    /** Adds a piece of the body, which the body may keep. */
    void add(ByteBuffer piece) {
        receivedBytes += piece.remaining();
        if (exchange.progress().isIn(Progress.Phase.RECEIVING)) {
            added(body.add(piece));
        }
    }

    /** Adds a copy of a piece of the body. */
    void addCopy(ByteBuf piece) {
        receivedBytes += piece.readableBytes();
        if (exchange.progress().isIn(Progress.Phase.RECEIVING)) {
            added(body.addCopy(piece));
        }
    }

    private void added(Body.Verdict verdict) {
        if (verdict != Body.Verdict.TAKEN) {
            exchange.refuse(verdict);
        }
    }

    /** Nothing more comes. */
    void completes() {
        complete = true;
    }

    /** Whether all of it has come. */
    boolean isComplete() {
        return complete;
    }

    /** Has {@link Exchange#received} called with the whole body, perhaps at once. */
    void handOver() {
        if (!body.isScattered()) {
            exchange.received(body.view());
            return;
        }
        inUse = true;
        loop.bodyWork.join(body, verdict -> {
            if (isReady(verdict)) {
                exchange.received(body.view());
            }
        });
    }

    /** Inflates {@code compressed}, and goes on with what that gives in place of the body there was. */
    void inflate(ByteBuffer compressed) {
        Body into = new Body(loop.budget, loop.options.limits().bodyBytesMax());
        inUse = true;
        loop.bodyWork.inflate(compressed, into, verdict -> {
            body.release();
            body = into;
            if (isReady(verdict)) {
                exchange.inflated(body.view());
            }
        });
    }

    /** Whether the request is to go on after work on its body. */
    private boolean isReady(Body.Verdict verdict) {
        inUse = false;
        if (verdict != Body.Verdict.TAKEN) {
            exchange.refuse(verdict);
        }
        if (!exchange.isOpen()) {
            letGo();
        }
        return exchange.isOpen();
    }

    /** The handler uses the body from now on. */
    void lend() {
        inUse = true;
        wasLent = true;
    }

    /** Whether a handler has seen the request. */
    boolean wasLent() {
        return wasLent;
    }

    /** The handler does not use the body any more. */
    void giveBack() {
        inUse = false;
    }

    /** The pooled memory that the body lies in, for the caller to release; null when it lies elsewhere. */
    @Nullable
    ByteBuf retain() {
        return body.retain();
    }

    /** Nobody but the handler, where it is at work, needs the body any more. */
    void letGo() {
        if (!inUse) {
            body.release();
        }
    }
}

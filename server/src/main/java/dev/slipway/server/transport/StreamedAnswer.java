package dev.slipway.server.transport;

import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An answer of HTTP in pieces: chunks in HTTP/1.1, DATA frames in HTTP/2. Its private methods run on the loop. */
final class StreamedAnswer implements RestStream {
    /** HTTP/2's code for an answer that is not whole. */
    private static final long CANCEL = 8;

    private final RestExchange exchange;
    private final HttpServerResponse response;
    private final AtomicLong unreadBytes = new AtomicLong();
    private volatile boolean closed;
    private @Nullable Runnable onClose;

    StreamedAnswer(RestExchange exchange, HttpServerResponse response) {
        this.exchange = exchange;
        this.response = response;
    }

    @Override
    public void send(ByteBuffer piece) {
        // Nothing is queued for who is gone: the loop may be slow to say so to a sender that is fast.
        if (closed || !piece.hasRemaining()) {
            return;
        }
        unreadBytes.addAndGet(piece.remaining());
        exchange.later(() -> write(piece));
    }

    private void write(ByteBuffer piece) {
        if (!exchange.isOpen()) {
            return;
        }
        if (unreadBytes.get() > UNREAD_BYTES_MAX) {
            cut();
            return;
        }
        int bytes = piece.remaining();
        exchange.answering().sends(bytes);
        response.write(BufferInternal.buffer(Unpooled.wrappedBuffer(piece)))
                .onComplete(done -> unreadBytes.addAndGet(-bytes));
    }

    /** Ends the answer where it is, so that the client sees that it is not whole. */
    private void cut() {
        if (exchange.isHttp2()) {
            response.reset(CANCEL);
        } else {
            exchange.cutConnection();
        }
        exchange.closed();
    }

    @Override
    public boolean isWritable() {
        return !closed && unreadBytes.get() <= UNREAD_BYTES_MAX / 2;
    }

    @Override
    public void end() {
        exchange.later(() -> {
            onClose = null;
            closed = true;
            endNow();
        });
    }

    private void endNow() {
        if (exchange.isOpen()) {
            response.end();
            exchange.answered(0);
        }
    }

    @Override
    public void onClose(Runnable action) {
        exchange.later(() -> {
            if (closed) {
                action.run();
            } else {
                onClose = action;
            }
        });
    }

    /** The server stops: what was sent is all. */
    void stop() {
        endNow();
        closed();
    }

    /** Nobody takes any more. */
    void closed() {
        closed = true;
        Runnable action = onClose;
        onClose = null;
        if (action != null) {
            action.run();
        }
    }
}

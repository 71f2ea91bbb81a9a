package dev.slipway.server.transport;

import java.nio.ByteBuffer;

/**
 * An answer in pieces, without an end that is known before: server-sent events. Thread-safe; pieces that one thread sends
 * stay in order. No method blocks or throws when the client is gone: nothing happens then. When the server stops, the
 * transport ends the answer by itself.
 */
public interface RestStream {
    /** Bytes that a client may leave unread; one that leaves more is cut off, lest the server keeps them without end. */
    int UNREAD_BYTES_MAX = 256 << 10;

    /** @param piece from position to limit; belongs to the transport from now on */
    void send(ByteBuffer piece);

    /** Whether the client reads about as fast as it is sent to: half of what it may leave unread is free. */
    boolean isWritable();

    /** Ends the answer, after what was sent. */
    void end();

    /**
     * Has {@code action} run once, on the event loop, when nobody takes any more pieces, though {@link #end} was not called:
     * the client is gone or was cut off, or the server stops. At once if that is so already.
     */
    void onClose(Runnable action);
}

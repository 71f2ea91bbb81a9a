package dev.slipway.server.transport;

import dev.slipway.protocol.Buffers;
import java.nio.ByteBuffer;
import java.util.Map;

/** Where the answer to an HTTP request goes. */
public interface RestReply {
    /** Where the answer's memory is best taken from: what is large is then sent without another copy. */
    default Buffers buffers() {
        return Buffers.HEAP;
    }

    /**
     * Sends the answer, from any thread; does nothing but let go of the request when nobody waits any more. Text above
     * 1 KiB is compressed, on the calling thread, for a client that asks for it.
     *
     * @param status HTTP status
     * @param contentType empty for none
     * @param headers further headers
     * @param body from position to limit; belongs to the transport from now on
     * @throws IllegalStateException when it was sent already
     */
    void send(int status, String contentType, Map<String, String> headers, ByteBuffer body);

    /**
     * Begins an answer in pieces, in place of {@link #send}, from any thread. No deadline ends it, and it is not compressed.
     *
     * @throws IllegalStateException when something was sent already
     */
    RestStream stream(int status, String contentType, Map<String, String> headers);
}

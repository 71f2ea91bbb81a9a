package dev.slipway.server.transport;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.Buffers;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call with one request message, or one message of a stream, which is answered and ended by itself; failing it fails
 * the whole stream. Its request is valid until the call is ended.
 */
public interface GrpcCall {
    /** {@code package.Service/Method}. */
    String method();

    /** By which words it is found again. */
    RequestContext context();

    /** What who asks may do; everything until {@link #permit(Permit)} says otherwise. */
    Permit permit();

    /** Says it, before the call is handled. On the event loop. */
    void permit(Permit permit);

    /**
     * The request message, already inflated: a view from position to limit, on the heap or, when it is large, off it.
     * Must not be written to, nor read once the call is ended: its memory is then another's.
     */
    ByteBuffer message();

    /** The first value of a metadata key, null when there is none. Keys are in lower case. */
    @Nullable
    String metadata(String key);

    /** All values of a metadata key, in their order. */
    List<String> allMetadata(String key);

    /** As {@link RestRequest#remoteAddress}. */
    String remoteAddress();

    /** As {@link RestRequest#localPort}. */
    int localPort();

    /** As {@link RestRequest#clientCertificate}. */
    @Nullable
    X509Certificate clientCertificate();

    /**
     * When the answer is of no use any more: what the client asked for, else the default. A streaming call whose client
     * asked for none has none to speak of.
     */
    Deadline deadline();

    /**
     * Gives the request all the time that a client may ask for, unless its client asked for less: for work that takes long
     * by its nature. On the event loop only.
     */
    void extendDeadline();

    /** Whether nobody waits for the answer any more: cancelled by the client, or past its deadline. Any thread. */
    boolean isCancelled();

    /** As {@link RestRequest#turn}. */
    Executor turn();

    /** Has {@code action} run once, on the event loop, if the call is cancelled; at once if it is already. */
    void onCancel(Runnable action);

    /** Whether it is one message of a stream of several. */
    default boolean isOfStream() {
        return false;
    }

    /**
     * What a handler keeps for the call, or for all messages of one stream: the one object that {@code make} made at the
     * first. On the event loop only.
     *
     * @param owner whose it is; another's is another object
     */
    Object companion(Class<?> owner, Supplier<?> make);

    /** Where the only message's memory is best taken from: what is large is then sent without another copy. */
    Buffers buffers();

    /** Sends the only message and ends the call with OK. Any thread; does no harm when nobody waits any more. */
    void reply(ByteBuffer message);

    /**
     * As {@link #reply(ByteBuffer)}, with a word in the metadata before it.
     *
     * @param key in lower case
     * @param value printable ASCII; empty to say nothing
     */
    default void reply(ByteBuffer message, String key, String value) {
        reply(message);
    }

    /**
     * Sends one of several messages, from one thread at a time. A client that leaves more bytes unread than a body may
     * have is cancelled.
     */
    void send(ByteBuffer message);

    /** Ends the call with OK, after what was sent. */
    void end();

    /** Ends the call with an error, after what was sent. Any thread. */
    void fail(SlipwayException error);
}

package dev.slipway.server.transport;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** An HTTP request. Valid until it is replied to. */
public interface RestRequest {
    /** In capitals: {@code POST}. */
    String method();

    /** By which words it is found again. */
    RequestContext context();

    /** What who asks may do; everything until {@link #permit(Permit)} says otherwise. */
    Permit permit();

    /** Says it, before the request is handled. On the event loop. */
    void permit(Permit permit);

    /** As it was sent, escapes not decoded: {@code /v1/models/a%20b:predict}. */
    String path();

    /** What follows the question mark, as it was sent; empty when there is none. */
    String query();

    /** The first value of a header, whose name is matched without regard to case; null when there is none. */
    @Nullable
    String header(String name);

    /** All values of a header, as {@link #header} finds it, in their order. */
    List<String> headers(String name);

    /**
     * The body, already inflated: a view from position to limit, on the heap or, when it is large and no text, off it.
     * Must not be written to, nor read once the request is replied to: its memory is then another's.
     */
    ByteBuffer body();

    /**
     * Where the request comes from: {@code 192.0.2.7:41234}, {@code [2001:db8:0:0:0:0:0:7]:41234}, or {@code unix} for the Unix domain
     * socket. The same object for all requests of a connection. Any thread.
     */
    String remoteAddress();

    /** The port that it came to; 0 for the Unix domain socket. Any thread. */
    int localPort();

    /**
     * The certificate that the connection's client has proved to hold, its chain checked; null without TLS, and for a client
     * that showed none. The same object for all requests of a connection. Any thread.
     */
    @Nullable
    X509Certificate clientCertificate();

    /** When the answer is of no use any more; the transport then answers 504 by itself. */
    Deadline deadline();

    /**
     * Gives the request all the time that a client may ask for: for work that takes long
     * by its nature. On the event loop only.
     */
    void extendDeadline();

    /** Whether nobody waits for the answer any more: the client hung up, or the deadline was answered. Any thread. */
    boolean isCancelled();

    /** Has {@code action} run once, on the event loop, if that comes true before the reply; at once if it has. */
    void onCancel(Runnable action);

    /**
     * Runs tasks on the request's event loop, each at the end of the turn: after every connection that had something to
     * read has been read, so that the requests of one turn can be answered together. The same object for all requests
     * of a loop; answers that are given in such tasks go out with one system call for each connection.
     */
    Executor turn();
}

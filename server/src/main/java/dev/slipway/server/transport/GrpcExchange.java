package dev.slipway.server.transport;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC side of an exchange: frames, status, timeout.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write shows in the stream's end.
abstract class GrpcExchange extends Exchange {
    static final String CONTENT_TYPE = "application/grpc";

    /** Of a frame: a flag that tells whether the message is compressed, and its length in four bytes. */
    static final int PREFIX_BYTES = 5;

    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    private static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    private static final Http2Headers END_OK = ReadOnlyHttp2Headers.trailers(true, STATUS, AsciiString.cached("0"));
    private static final int COPIED_BYTES_MAX = 16 * 1024;

    final GrpcConnection connection;
    final Http2Stream stream;
    final Http2Headers headers;
    private String wordKey = "";
    private String word = "";
    private boolean headSent;
    private @Nullable ChannelFuture end;
    private ErrorCode sent = ErrorCode.CANCELLED;
    private Map<Class<?>, Object> companions = Map.of();

    GrpcExchange(GrpcConnection connection, Http2Stream stream, Http2Headers headers, int bodyBytesMax) {
        super(connection.loop, connection.guard, true, bodyBytesMax);
        this.connection = connection;
        this.stream = stream;
        this.headers = headers;
        connection.begins(stream, this);
    }

    /** As {@link GrpcCall#companion}. */
    public final Object companion(Class<?> owner, Supplier<?> make) {
        if (companions.isEmpty()) {
            companions = new HashMap<>();
        }
        return companions.computeIfAbsent(owner, first -> make.get());
    }

    /** Whether a request with these headers is a call. */
    static boolean isCall(Http2Headers headers) {
        CharSequence contentType = headers.get(GrpcHeads.CONTENT_TYPE_NAME);
        if (contentType == null || !contentType.toString().startsWith(CONTENT_TYPE)) {
            return false;
        }
        return isServed(contentType.toString())
                && headers.method() != null
                && POST.contentEquals(headers.method())
                && headers.path() != null
                && headers.scheme() != null;
    }

    /** Whether requests of this content type are gRPC, in a form that is served. */
    static boolean isServed(String contentType) {
        if (contentType.length() == CONTENT_TYPE.length()) {
            return true;
        }
        String rest = contentType.substring(CONTENT_TYPE.length());
        return rest.startsWith(";") || rest.equals("+proto") || rest.startsWith("+proto;");
    }

    @Override
    final @Nullable String requestId() {
        return header(GrpcHeads.REQUEST_ID);
    }

    @Override
    final String uri() {
        return headers.path().toString();
    }

    @Override
    final EndedRequest ended() {
        return EndedRequest.of(
                this,
                new EndedRequest.Asked("POST", GrpcHeads.path(uri()), "gRPC", header(HttpHeaderNames.USER_AGENT)),
                HttpResponseStatus.OK.code(),
                sent);
    }

    /** The first value of a header, null when there is none. */
    final @Nullable String header(CharSequence name) {
        CharSequence value = headers.get(name);
        return value == null ? null : value.toString();
    }

    /** The same by a name that no client has made up: it is hashed once for all requests. */
    final @Nullable String header(String name) {
        return header(GrpcHeads.kept(name));
    }

    /** Has the head of the answer say something more; before the answer is sent. */
    final void says(String key, String value) {
        wordKey = key;
        word = value;
    }

    /** How messages of the request are compressed, null when they are not. */
    final @Nullable String encoding() {
        return header(ENCODING);
    }

    /** Takes a piece of the body, which is the caller's again afterwards. */
    void piece(ByteBuf piece) {
        reception().addCopy(piece);
    }

    /**
     * As {@link #piece}.
     *
     * @return bytes that the client may send more for this; what is less has to be {@linkplain GrpcConnection#consumed given
     *     back} later
     */
    int taken(ByteBuf piece) {
        int bytes = piece.readableBytes();
        piece(piece);
        return bytes;
    }

    /** Whether messages are compressed in a way that is known; else that is answered. */
    final boolean requireKnownEncoding() {
        String encoding = encoding();
        boolean isKnown = encoding == null || encoding.equals("identity") || mayBeCompressed();
        if (!isKnown) {
            refuse(
                    415,
                    ErrorCode.UNIMPLEMENTED,
                    "grpc-encoding '%s' (expected: gzip, deflate or identity)".formatted(encoding));
        }
        return isKnown;
    }

    /** Answers that a message says of itself what does not go with the call. */
    final void refuseFlag(byte flag) {
        refuse(
                400,
                ErrorCode.INTERNAL,
                "message has flag %d and grpc-encoding %s (expected: 0, or 1 with gzip or deflate)"
                        .formatted(flag, encoding()));
    }

    /** Whether messages that say so are compressed. */
    final boolean mayBeCompressed() {
        String encoding = encoding();
        return "gzip".equals(encoding) || "deflate".equals(encoding);
    }

    /** Whether the client said how long it waits. */
    final boolean hasTimeout() {
        return header(TIMEOUT) != null;
    }

    /** Reads the client's timeout. False, with an answer sent, when it is none. */
    final boolean takeTimeout(boolean unboundedByDefault) {
        String text = header(TIMEOUT);
        if (text == null) {
            if (unboundedByDefault) {
                progress().deadlineNever();
            }
            return true;
        }
        Duration timeout = GrpcTimeout.parse(text);
        if (timeout == null) {
            refuse(
                    400,
                    ErrorCode.INVALID_ARGUMENT,
                    "grpc-timeout is '%s' (expected: up to 8 digits and one of H, M, S, m, u, n)".formatted(text));
            return false;
        }
        Duration longest = loop.options.timeouts().requestMax();
        progress()
                .deadline(Deadline.after(
                        timeout.compareTo(longest) < 0 ? timeout : longest,
                        progress().startNanos()));
        return true;
    }

    /** Sends a message, after the head where that is still to come. */
    final ChannelFuture sendMessage(ByteBuffer message) {
        sendHead();
        answering().sends(PREFIX_BYTES + message.remaining());
        ByteBuf own = answering().claim(message);
        if (own != null) {
            return connection.writeData(stream, own.setByte(0, 0).setInt(1, message.remaining()));
        }
        if (message.remaining() <= COPIED_BYTES_MAX) {
            return connection.writeData(stream, framedCopy(message));
        }
        List<ByteBuf> lent = answering().retainFor(message);
        ChannelFuture written = connection.writeData(stream, framed(message));
        if (!lent.isEmpty()) {
            written.addListener(done -> lent.forEach(ByteBuf::release));
        }
        return written;
    }

    @Override
    final int answerPrefixBytes() {
        return PREFIX_BYTES;
    }

    /** Ends with OK. */
    final void sendEnd() {
        sendHead();
        context().status(0);
        sent = ErrorCode.OK;
        end = connection.writeHeaders(stream, END_OK, true);
    }

    @Override
    void sendError(int httpStatus, ErrorCode code, String text) {
        sendError(code, text, 0);
    }

    /** @param retryMillis when another try is worth it; 0 where nobody can tell */
    final void sendError(ErrorCode code, String text, long retryMillis) {
        sent = code;
        Http2Headers end = new DefaultHttp2Headers();
        context().status(code.grpcStatus());
        if (!headSent) {
            end.status(GrpcHeads.HTTP_OK).set(GrpcHeads.CONTENT_TYPE_NAME, GrpcHeads.CONTENT_TYPE_VALUE);
            end.set(GrpcHeads.REQUEST_ID, context().requestId());
            if (!context().predictionId().isEmpty()) {
                end.set(GrpcHeads.PREDICTION_ID, context().predictionId());
            }
            RequestContext.TraceIds trace = context().trace();
            if (trace != null) {
                end.set(GrpcHeads.TRACE_RESPONSE, trace.header());
            }
            if (code == ErrorCode.UNIMPLEMENTED) {
                end.set(ACCEPT_ENCODING, "identity,deflate,gzip");
            }
        }
        end.set(STATUS, Integer.toString(code.grpcStatus())).set(MESSAGE, GrpcHeads.percentEncode(text));
        if (retryMillis > 0) {
            end.set(RetryAfter.PUSHBACK, Long.toString(retryMillis));
        }
        this.end = connection.writeHeaders(stream, end, true);
    }

    @Override
    final void reset() {
        ChannelFuture sent = end;
        // Behind what waits to be sent, which a reset would throw away.
        if (sent != null) {
            sent.addListener(done -> {
                if (done.isSuccess()) {
                    connection.reset(stream);
                }
            });
        }
    }

    private void sendHead() {
        if (!headSent) {
            headSent = true;
            connection.writeHeaders(stream, GrpcHeads.of(context(), wordKey, word), false);
        }
    }

    private ByteBuf framedCopy(ByteBuffer message) {
        int length = message.remaining();
        return connection
                .buffer(PREFIX_BYTES + length)
                .writeByte(0)
                .writeInt(length)
                .writeBytes(message);
    }

    private ByteBuf framed(ByteBuffer message) {
        ByteBuf prefix = connection.buffer(PREFIX_BYTES).writeByte(0).writeInt(message.remaining());
        return Unpooled.wrappedBuffer(prefix, Unpooled.wrappedBuffer(message));
    }
}

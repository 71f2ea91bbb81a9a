package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the gRPC calls of an HTTP/2 connection as Netty's codec reads them, and writes their answers through it; all
 * other requests go on to Vert.x, whose connection it is. Lives on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write shows in the stream's end.
final class GrpcConnection extends Http2FrameListenerDecorator {
    final ServerLoop loop;
    final ConnectionGuard guard;

    final ChannelHandlerContext context;
    private final Http2ConnectionHandler handler;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;

    private GrpcConnection(
            ServerLoop loop, ConnectionGuard guard, ChannelHandlerContext context, Http2FrameListener next) {
        super(next);
        this.loop = loop;
        this.guard = guard;
        this.context = context;
        this.handler = (Http2ConnectionHandler) context.handler();
        this.connection = handler.connection();
        this.key = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                GrpcExchange exchange = exchangeOf(stream);
                if (exchange != null) {
                    exchange.closed();
                }
            }
        });
    }

    /** Puts itself before the listener that Netty's handler, in {@code context}, has. */
    static GrpcConnection install(ServerLoop loop, ConnectionGuard guard, ChannelHandlerContext context) {
        Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
        GrpcConnection grpc =
                new GrpcConnection(loop, guard, context, handler.decoder().frameListener());
        handler.decoder().frameListener(grpc);
        handler.encoder().lifecycleManager(new GrpcStreamsFirst(handler, grpc::closeStreams));
        return grpc;
    }

    /** Has what comes on {@code stream} given to {@code exchange}. */
    void begins(Http2Stream stream, GrpcExchange exchange) {
        stream.setProperty(key, exchange);
    }

    ChannelFuture writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
        guard.flushAtTurnsEnd();
        return handler.encoder().writeHeaders(context, stream.id(), headers, 0, end, context.newPromise());
    }

    /** Writes {@code bytes} as far as the client's window allows, the rest as it opens. */
    ChannelFuture writeData(Http2Stream stream, ByteBuf bytes) {
        guard.flushAtTurnsEnd();
        return handler.encoder().writeData(context, stream.id(), bytes, 0, false, context.newPromise());
    }

    /** Lets the client send {@code bytes} more, for so many that were read and not counted as taken then. */
    void consumed(Http2Stream stream, int bytes) {
        try {
            if (connection.local().flowController().consumeBytes(stream, bytes)) {
                guard.flushAtTurnsEnd();
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("more was given back than was read", e);
        }
    }

    /** Ends a stream whose answer is complete though its request is not (RFC 9113, 8.1). */
    void reset(Http2Stream stream) {
        guard.flushAtTurnsEnd();
        handler.resetStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
    }

    ByteBuf buffer(int bytes) {
        return context.alloc().directBuffer(bytes);
    }

    /**
     * Sends a GOAWAY if none was: when what a client sent breaks the protocol, Vert.x stumbles over the streams that are
     * not its own, and closes without one.
     */
    void beforeClose() {
        if (!connection.goAwaySent() && connection.numActiveStreams() > 0) {
            int last = connection.remote().lastStreamCreated();
            handler.goAway(
                    context, last, Http2Error.PROTOCOL_ERROR.code(), Unpooled.EMPTY_BUFFER, context.newPromise());
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        if (!isTaken(streamId, headers, end)) {
            super.onHeadersRead(ctx, streamId, headers, padding, end);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        if (!isTaken(streamId, headers, end)) {
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, end);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        GrpcExchange exchange = exchangeOf(connection.stream(streamId));
        if (exchange == null) {
            return super.onDataRead(ctx, streamId, data, padding, end);
        }
        int taken = data.isReadable() ? exchange.taken(data) : 0;
        if (end) {
            exchange.requestEnds();
        }
        return taken + padding;
    }

    private boolean isTaken(int streamId, Http2Headers headers, boolean end) {
        Http2Stream stream = connection.stream(streamId);
        GrpcExchange exchange = exchangeOf(stream);
        if (exchange == null) {
            if (!GrpcExchange.isCall(headers)) {
                return false;
            }
            exchange = loop.accept(this, stream, headers);
        }
        if (end) {
            exchange.requestEnds();
        }
        return true;
    }

    private void closeStreams() {
        List<Http2Stream> calls = new ArrayList<>();
        try {
            connection.forEachActiveStream(stream -> {
                if (exchangeOf(stream) != null) {
                    calls.add(stream);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("listing streams", e);
        }
        calls.forEach(Http2Stream::close);
    }

    private @Nullable GrpcExchange exchangeOf(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }
}

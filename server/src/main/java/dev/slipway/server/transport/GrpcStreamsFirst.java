package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Has gRPC's streams closed before Vert.x hears that a connection is broken: it takes all that are open for its own. And
 * has a stream whose answer is complete reset without an error: Netty answers a head that is too long with 431 and resets
 * the stream with PROTOCOL_ERROR, upon which clients throw the answer away (RFC 9113, 8.1).
 */
final class GrpcStreamsFirst implements Http2LifecycleManager {
    private final Http2LifecycleManager next;
    private final Runnable closeStreams;
    /** The stream whose answer was ended last. */
    private int answered;

    GrpcStreamsFirst(Http2LifecycleManager next, Runnable closeStreams) {
        this.next = next;
        this.closeStreams = closeStreams;
    }

    @Override
    public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
        Http2Exception known = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        boolean ofStream =
                Http2Exception.isStreamError(known) || known instanceof Http2Exception.CompositeStreamException;
        if (!ofStream) {
            closeStreams.run();
        }
        next.onError(ctx, outbound, cause);
    }

    @Override
    public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
        answered = stream.id();
        next.closeStreamLocal(stream, future);
    }

    @Override
    public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
        next.closeStreamRemote(stream, future);
    }

    @Override
    public void closeStream(Http2Stream stream, ChannelFuture future) {
        next.closeStream(stream, future);
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        long code = streamId == answered ? Http2Error.NO_ERROR.code() : errorCode;
        return next.resetStream(ctx, streamId, code, promise);
    }

    @Override
    public ChannelFuture goAway(
            ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData, ChannelPromise promise) {
        return next.goAway(ctx, lastStreamId, errorCode, debugData, promise);
    }
}

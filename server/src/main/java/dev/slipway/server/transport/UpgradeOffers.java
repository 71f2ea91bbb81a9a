package dev.slipway.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.vertx.core.http.impl.Http1xOrH2CHandler;

/**
 * Overlooks offers to upgrade to HTTP/2 that clients do not survive if they are taken: Vert.x answers 101 as soon as it
 * has the head. A client that waits for 100 gives up at that (RFC 9110, 7.8 forbids it), and curl sends the rest of a
 * body that is longer than a stream's window by neither protocol. Such requests go on in HTTP/1.1.
 */
final class UpgradeOffers extends ChannelInboundHandlerAdapter {
    /** The window that every stream of HTTP/2 has. */
    private static final long BODY_BYTES_MAX = 65_535;

    /** As Vert.x names its handler that takes the offers. */
    private static final String UPGRADE_HANDLER = "h2c";

    private UpgradeOffers() {}

    /** Has the first request of a connection looked at, if its bytes are yet to be told apart by Vert.x. */
    static void watch(ChannelPipeline pipeline) {
        ChannelHandlerContext detection = pipeline.context(Http1xOrH2CHandler.class);
        if (detection != null) {
            pipeline.addAfter(detection.name(), null, new Placing());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            HttpHeaders headers = request.headers();
            if (headers.contains(HttpHeaderNames.UPGRADE) && isBetterLeft(request)) {
                headers.remove(HttpHeaderNames.UPGRADE);
            }
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }

    private static boolean isBetterLeft(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.EXPECT)
                || HttpUtil.isTransferEncodingChunked(request)
                || HttpUtil.getContentLength(request, 0L) > BODY_BYTES_MAX;
    }

    /** Gets the first bytes once Vert.x knows which HTTP they are of, and has its handlers in place for it. */
    private static final class Placing extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ChannelPipeline pipeline = ctx.pipeline();
            if (pipeline.get(UPGRADE_HANDLER) != null) {
                pipeline.addBefore(UPGRADE_HANDLER, null, new UpgradeOffers());
            }
            pipeline.remove(this);
            ctx.fireChannelRead(message);
        }
    }
}

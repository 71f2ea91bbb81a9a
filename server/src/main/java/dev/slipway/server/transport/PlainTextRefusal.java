package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Answers clients that speak HTTP where TLS is expected, in what they speak; all others go on to the handshake. Nothing of
 * what they sent is looked at further.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write or a close shows in the connection's end.
final class PlainTextRefusal extends ChannelInboundHandlerAdapter {
    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    private static final int GO_AWAY = 7;

    /** So long is thrown away what still comes: closing at once would destroy the answer on its way. */
    private static final long LINGER_MILLIS = 1_000;

    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused || !(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ReferenceCountUtil.release(message);
            return;
        }
        byte first = bytes.getByte(bytes.readerIndex());
        // Records of TLS begin with their type, 20 to 24; methods of HTTP, and the preface of HTTP/2, with a letter.
        if (first < 'A' || first > 'Z') {
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(message);
            return;
        }
        refused = true;
        boolean http2 = bytes.readableBytes() >= 3
                && bytes.toString(bytes.readerIndex(), 3, StandardCharsets.US_ASCII)
                        .equals("PRI");
        bytes.release();
        ctx.writeAndFlush(http2 ? goAway() : HeadRefusal.NO_TLS.bytes(RequestContext.newId()));
        ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** RFC 9113, 6.8. */
    private static ByteBuf goAway() {
        byte[] text = HeadRefusal.NO_TLS.text().getBytes(StandardCharsets.US_ASCII);
        return Unpooled.buffer()
                .writeBytes(SETTINGS)
                .writeMedium(8 + text.length)
                .writeByte(GO_AWAY)
                .writeByte(0)
                .writeInt(0)
                .writeInt(0)
                .writeInt((int) Http2Error.INADEQUATE_SECURITY.code())
                .writeBytes(text);
    }
}

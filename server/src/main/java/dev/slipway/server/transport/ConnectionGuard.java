package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every connection: sees each byte before any protocol does, and so cuts the clients that no
 * protocol ever gets a request from. It closes a connection that takes too long over a head, is idle, or does not read
 * its answers. It also gathers the flushes of answers that are given in one turn of the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write or a close shows in the connection's end.
final class ConnectionGuard extends ChannelDuplexHandler {
    /** The slowest reader that is put up with. */
    static final long READ_BYTES_PER_SECOND_MIN = 16 * 1024;

    private static final AttributeKey<ConnectionGuard> KEY = AttributeKey.valueOf(ConnectionGuard.class, "guard");
    /** As Vert.x names its handler that upgrades to HTTP/2, while it is at it. */
    private static final String UPGRADE_HANDLER = "h2c";

    /** Where the loop keeps this guard. */
    int index;

    private final Acceptor acceptor;
    private final int localPort;
    private final boolean tls;
    private @Nullable ServerLoop loop;
    private @Nullable ChannelHandlerContext context;
    private @Nullable SocketAddress remote;
    /** Where what is to be encrypted goes, once that is agreed on. */
    private @Nullable ChannelHandlerContext secured;

    private volatile @Nullable Peer peer;
    private boolean begun;
    private int requests;
    private boolean http2;
    private boolean closing;
    private boolean upgrading;
    private boolean flushesHeld;
    private boolean flushWanted;
    private boolean codecFlushWanted;
    private @Nullable GrpcConnection grpc;
    private long idleSinceNanos;
    private boolean headBegun;
    private long headSinceNanos;
    private final SlowReader reader = new SlowReader();

    /**
     * @param localPort that was connected to; 0 for none
     * @param tls whether a {@link TlsEnd} tells of what was decrypted
     */
    ConnectionGuard(Acceptor acceptor, int localPort, boolean tls) {
        this.acceptor = acceptor;
        this.localPort = localPort;
        this.tls = tls;
    }

    /** The guard of a connection. */
    static ConnectionGuard of(HttpConnection connection) {
        // Vert.x shows the channel in no other way; its version is pinned.
        Channel channel = ((ConnectionBase) connection).channel();
        return channel.attr(KEY).get();
    }

    /** The port that was connected to; 0 for none. Any thread. */
    int localPort() {
        return localPort;
    }

    /** Who is at the other end; asked once HTTP has begun. Any thread. */
    Peer peer() {
        Peer known = peer;
        if (known == null) {
            ChannelHandlerContext ctx = context;
            if (ctx == null) {
                throw new IllegalStateException("a request came before its connection");
            }
            known = Peer.of(remote, ctx.pipeline().get(SslHandler.class));
            peer = known;
        }
        return known;
    }

    /** The connection's client is known; {@code ctx} is where what is to be encrypted goes. */
    void handshakeDone(ChannelHandlerContext ctx) {
        secured = ctx;
        idleSinceNanos = System.nanoTime();
    }

    /** The connection is about to be closed: the last moment to send something. */
    void beforeClose() {
        if (grpc != null) {
            grpc.beforeClose();
        }
    }

    /** HTTP is about to begin on {@code connection}, which is this guard's. */
    void begins(HttpConnection connection) {
        ServerLoop owner = loop;
        ChannelHandlerContext ctx = context;
        if (owner == null || ctx == null) {
            return;
        }
        ChannelHandlerContext http2Context = ctx.pipeline().context(Http2ConnectionHandler.class);
        if (http2Context == null) {
            return;
        }
        grpc = GrpcConnection.install(owner, this, http2Context);
        if (ctx.pipeline().get(UPGRADE_HANDLER) != null) {
            // The JDK's client garbles frames that it gets while it upgrades: about one answer in fifteen was lost. So
            // nothing is sent after the 101 and the settings until it has sent settings of its own.
            ctx.flush();
            upgrading = true;
            connection.remoteSettingsHandler(settings -> {
                upgrading = false;
                connection.remoteSettingsHandler(null);
                flushHeld();
            });
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        remote = ctx.channel().remoteAddress(); // Which a closed channel may not know any more.
        idleSinceNanos = System.nanoTime();
        ctx.channel().attr(KEY).set(this);
        loop = acceptor.loopOf(ctx.channel().eventLoop());
        loop.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (loop != null) {
            loop.remove(this);
            loop = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!begun) {
            begun = true;
            UpgradeOffers.watch(ctx.pipeline());
        }
        if (!tls) {
            received();
        }
        ctx.fireChannelRead(message);
    }

    /** Bytes of a protocol have come; those of a handshake are none. */
    void received() {
        if (requests == 0 && !headBegun) {
            headBegun = true;
            headSinceNanos = System.nanoTime();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            reader.written(bytes.readableBytes());
        }
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (flushesHeld || upgrading) {
            flushWanted = true;
        } else {
            ctx.flush();
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!tls) {
            beforeClose();
        }
        // Vert.x closes without a flush after a broken chunk; the client should see what was wrong with it.
        ctx.flush();
        ctx.close(promise);
    }

    /** Until the loop has run all that waits for it now, flushes are put off: answers in one go cost one system call. */
    void holdFlushes() {
        if (!flushesHeld && loop != null) {
            flushesHeld = true;
            loop.flushLater(this);
        }
    }

    /** As {@link #holdFlushes}, and has what was written to the HTTP/2 codec flushed too. */
    void flushAtTurnsEnd() {
        codecFlushWanted = true;
        holdFlushes();
    }

    /** Flushes what was put off. */
    void releaseFlushes() {
        flushesHeld = false;
        if (codecFlushWanted && context != null) {
            codecFlushWanted = false;
            flushWanted = false;
            context.channel().flush();
        } else {
            flushHeld();
        }
    }

    void requestBegins() {
        requests++;
        headBegun = false;
    }

    void requestEnds() {
        if (--requests == 0) {
            idleSinceNanos = System.nanoTime();
        }
    }

    /** Closes at once. */
    void cut() {
        if (context != null) {
            context.close();
        }
    }

    /** Closes after what was written, with a GOAWAY in HTTP/2. */
    void closeGently() {
        if (context != null) {
            context.channel().close();
        }
    }

    void sweep(long nowNanos) {
        ServerLoop owner = loop;
        ChannelHandlerContext ctx = context;
        if (owner == null || ctx == null) {
            return;
        }
        TransportTimeouts timeouts = owner.options.timeouts();
        if (reader.isStalled(ctx.channel(), nowNanos, timeouts.answerRead().toNanos())) {
            cut();
        } else if (requests == 0) {
            sweepIdle(owner, ctx, nowNanos);
        }
    }

    private void sweepIdle(ServerLoop owner, ChannelHandlerContext ctx, long nowNanos) {
        TransportTimeouts timeouts = owner.options.timeouts();
        if (!http2) {
            http2 = ctx.pipeline().get(Http2ConnectionHandler.class) != null;
        }
        if (owner.isStopping() && !reader.isUnread()) {
            // HTTP/2 connections have been told by then, and close themselves.
            if (!http2) {
                cut();
            }
        } else if (!http2 && headBegun) {
            if (nowNanos - headSinceNanos > timeouts.requestRead().toNanos()) {
                refuseHead(owner, ctx);
            }
        } else if (nowNanos - idleSinceNanos > 2 * timeouts.idle().toNanos()) {
            cut();
        } else if (nowNanos - idleSinceNanos > timeouts.idle().toNanos() && !closing) {
            closing = true;
            closeGently();
        }
    }

    private void refuseHead(ServerLoop owner, ChannelHandlerContext ctx) {
        headBegun = false;
        ChannelHandlerContext to = secured;
        if (to == null && tls) {
            cut(); // Nothing can be said before the handshake.
        } else {
            owner.refusals.count(Refusals.Reason.SLOW);
            (to == null ? ctx : to)
                    .writeAndFlush(HeadRefusal.TOO_SLOW.told(owner.ended, peer().address()))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void flushHeld() {
        if (flushWanted && !flushesHeld && !upgrading && context != null) {
            flushWanted = false;
            context.flush();
        }
    }
}

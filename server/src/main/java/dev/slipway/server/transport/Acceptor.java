package dev.slipway.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands on every listening socket: closes connections above the limit before they cost anything, and puts a guard on
 * the others. Thread-safe.
 */
@ChannelHandler.Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
    private final TransportLimits limits;
    private final AtomicInteger connections = new AtomicInteger();
    /** Open connections of each address that has any, where their number is limited. */
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    private final Map<EventLoop, ServerLoop> loops = new ConcurrentHashMap<>();
    private final @Nullable TlsHandshakes tls;
    private volatile boolean stopping;

    /** @param tls how connections over the network begin; null for those that begin with HTTP */
    Acceptor(TransportLimits limits, @Nullable TlsHandshakes tls) {
        this.limits = limits;
        this.tls = tls;
    }

    /** The sockets for Vert.x to use: the JDK's, with this acceptor on those that listen. */
    Transport sockets() {
        NioTransport guarded = new NioTransport() {
            @Override
            public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
                super.configure(options, domainSocket, bootstrap);
                bootstrap.handler(Acceptor.this);
            }
        };
        return new Transport() {
            @Override
            public String name() {
                return "guarded";
            }

            @Override
            public boolean available() {
                return true;
            }

            @Override
            public @Nullable Throwable unavailabilityCause() {
                return null;
            }

            @Override
            public io.vertx.core.spi.transport.Transport implementation() {
                return guarded;
            }
        };
    }

    void serve(ServerLoop loop) {
        loops.put(loop.eventLoop, loop);
    }

    ServerLoop loopOf(EventLoop eventLoop) {
        ServerLoop loop = loops.get(eventLoop);
        if (loop == null) {
            throw new IllegalStateException("connection on an event loop that serves none");
        }
        return loop;
    }

    /** From now on connections are closed as they are accepted: the sockets that listen take a moment to close. */
    void stop() {
        stopping = true;
    }

    /** Open connections. */
    int connectionCount() {
        return connections.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel connection = (Channel) message;
        InetAddress address = counted(connection);
        if (!isAllowed(address)) {
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> gone(address));
        boolean isOnNetwork = ctx.channel().localAddress() instanceof InetSocketAddress;
        int port = isOnNetwork ? ((InetSocketAddress) ctx.channel().localAddress()).getPort() : 0;
        TlsHandshakes secured = isOnNetwork ? tls : null;
        ConnectionGuard guard = new ConnectionGuard(this, port, secured != null);
        connection.pipeline().addFirst("guard", guard);
        if (secured != null) {
            secured.begin(connection.pipeline(), guard);
        }
        ctx.fireChannelRead(message);
    }

    /** What the connections of a client are counted by; null where that is not limited. */
    private @Nullable InetAddress counted(Channel connection) {
        return limits.single().connectionsPerAddressMax() > 0
                        && connection.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress()
                : null;
    }

    /** Counts a connection, or says that there are too many. */
    private boolean isAllowed(@Nullable InetAddress address) {
        if (connections.incrementAndGet() > limits.connectionsMax() || stopping) {
            connections.decrementAndGet();
            return false;
        }
        if (address == null) {
            return true;
        }
        if (byAddress.merge(address, 1, Integer::sum) > limits.single().connectionsPerAddressMax()) {
            gone(address);
            return false;
        }
        return true;
    }

    private void gone(@Nullable InetAddress address) {
        if (address != null) {
            byAddress.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
        }
        // Last: who sees that there is room again finds it.
        connections.decrementAndGet();
    }
}

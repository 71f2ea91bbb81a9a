package dev.slipway.server.transport;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Serves REST and gRPC, over HTTP/1.1 and HTTP/2, with TLS or without, on every port: one HTTP server on each event loop, sharing the
 * ports. Started once, stopped once.
 */
public final class Transport {
    private static final System.Logger LOG = System.getLogger(Transport.class.getName());

    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;

    /** Streams that a client may reset in ten seconds: a client whose deadlines pass resets one a call. */
    private static final int RESETS_MAX = 2_000;

    private static final int WORKERS = 2;
    private static final long CUT_MILLIS = 5_000;

    /**
     * Held so that their levels stay: Netty tells of every frame that comes after a refusal, and of clients that are cut off
     * with where in its code, and clients may send many.
     */
    private static final List<Logger> TOLD_BY_CLIENTS = Stream.of(
                    "DefaultHttp2ConnectionDecoder", "Http2ControlFrameLimitEncoder")
            .map(name -> Logger.getLogger("io.netty.handler.codec.http2." + name))
            .toList();

    private final TransportOptions options;
    private final RestHandler restHandler;
    private final GrpcHandler grpcHandler;
    private final @Nullable Consumer<EndedRequest> ended;
    private final GrpcMethods methods;
    private final MemoryBudget budget;
    private final Refusals refusals = new Refusals();
    private final @Nullable TlsHandshakes tls;
    private final Acceptor acceptor;
    private final List<Context> contexts = new ArrayList<>();
    private final List<ServerLoop> loops = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private @Nullable Vertx vertx;

    /** One whose requests' ends nobody is told of. */
    public Transport(
            TransportOptions options,
            RestHandler restHandler,
            GrpcHandler grpcHandler,
            List<ServiceDescriptor> services) {
        this(options, restHandler, grpcHandler, services, null);
    }

    /**
     * @param services whose methods {@code grpcHandler} answers. Reflection is added.
     * @param ended is told of each request that ended, on its event loop, which it must not keep; null for nobody
     */
    public Transport(
            TransportOptions options,
            RestHandler restHandler,
            GrpcHandler grpcHandler,
            List<ServiceDescriptor> services,
            @Nullable Consumer<EndedRequest> ended) {
        this.ended = ended;
        this.options = options;
        this.restHandler = restHandler;
        this.grpcHandler = grpcHandler;
        this.methods = new GrpcMethods(services);
        this.budget = new MemoryBudget(options.limits().heldBytesMax());
        Supplier<SSLEngine> engines = options.tls();
        this.tls = engines == null ? null : new TlsHandshakes(engines, options.timeouts());
        this.acceptor = new Acceptor(options.limits(), tls);
    }

    /**
     * Opens the ports, and the socket.
     *
     * @return the bound ports, in the order of the options
     * @throws io.vertx.core.VertxException or its like when a port can't be bound; nothing is left open then
     * @throws dev.slipway.api.SlipwayException {@code FAILED_PRECONDITION} when the socket's path is not free
     */
    public synchronized List<Integer> start() {
        if (vertx != null) {
            throw new IllegalStateException("transport was started already");
        }
        TOLD_BY_CLIENTS.forEach(logger -> logger.setLevel(Level.WARNING));
        Vertx started = newVertx();
        vertx = started;
        try {
            WorkerExecutor workers = started.createSharedWorkerExecutor("slipway-transport", WORKERS);
            for (int at = 0; at < options.eventLoops(); at++) {
                started.deployVerticle(context -> {
                            contexts.add(context);
                            return Future.succeededFuture();
                        })
                        .await();
            }
            for (Context context : contexts) {
                ServerLoop loop = new ServerLoop(((ContextInternal) context).nettyEventLoop(), this, workers);
                loops.add(loop);
                acceptor.serve(loop);
            }
            List<Integer> bound = new ArrayList<>();
            for (int at = 0; at < options.ports().size(); at++) {
                // To Vert.x, servers that listen on the same negative port share one that is free.
                int port =
                        options.ports().get(at) == 0 ? -1 - at : options.ports().get(at);
                listenOnAll(started, contexts, server -> server.listen(port, options.host()));
                bound.add(servers.get(servers.size() - 1).actualPort());
            }
            Path socket = options.access().socket();
            if (socket != null) {
                SocketFile.claim(socket);
                SocketAddress address = SocketAddress.domainSocketAddress(socket.toString());
                listenOnAll(started, contexts, server -> server.listen(address));
            }
            return List.copyOf(bound);
        } catch (Exception e) {
            // Vert.x throws the sockets' own exceptions, undeclared.
            started.close().await();
            vertx = null;
            throw e;
        }
    }

    private void listenOnAll(Vertx running, List<Context> contexts, Function<HttpServer, Future<HttpServer>> opening) {
        for (int loop = 0; loop < loops.size(); loop++) {
            servers.add(listen(running, contexts.get(loop), loops.get(loop), opening));
        }
    }

    /**
     * Opens one more port, after {@link #start()}.
     *
     * @param port 0 for any that is free
     * @return the bound port
     * @throws io.vertx.core.VertxException or its like when the port can't be bound; those that are open stay so
     */
    public synchronized int open(int port) {
        Vertx running = vertx;
        if (running == null) {
            throw new IllegalStateException("transport was not started");
        }
        // Each on a number of its own: to Vert.x, servers on the same negative port share one.
        int wanted = port == 0 ? -1 - servers.size() : port;
        List<HttpServer> opened = new ArrayList<>();
        try {
            for (int at = 0; at < loops.size(); at++) {
                opened.add(listen(
                        running, contexts.get(at), loops.get(at), server -> server.listen(wanted, options.host())));
            }
        } catch (Exception e) {
            opened.forEach(server -> server.close().await());
            throw e;
        }
        servers.addAll(opened);
        return opened.get(0).actualPort();
    }

    /**
     * Stops: no more connections are accepted, HTTP/2 clients are sent GOAWAY, HTTP/1.1 clients
     * {@code connection: close}, and requests that were accepted go on until they are answered or {@code drain} is
     * over. Streams of answers have to be ended by their handlers. Must not be called on an event loop.
     *
     * @return whether all requests were answered in time
     */
    public synchronized boolean stop(Duration drain) {
        Vertx running = vertx;
        if (running == null) {
            return true;
        }
        acceptor.stop();
        long millis = Math.max(1, drain.toMillis());
        List<Future<?>> drained = new ArrayList<>();
        for (HttpServer server : servers) {
            // Vert.x's own end of the drain comes later, so that what is unfinished can be counted before it is cut.
            drained.add(server.shutdown(millis + CUT_MILLIS, TimeUnit.MILLISECONDS));
        }
        for (ServerLoop loop : loops) {
            loop.eventLoop.execute(loop::stopping);
        }
        int unfinished = 0;
        try {
            Future.join(drained).otherwiseEmpty().await(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            for (ServerLoop loop : loops) {
                unfinished += onLoop(loop, loop::openCount);
                onLoop(loop, loop::closeAll);
            }
        }
        running.close().await();
        vertx = null;
        if (tls != null) {
            tls.close();
        }
        removeSocket();
        return unfinished == 0;
    }

    private void removeSocket() {
        Path socket = options.access().socket();
        try {
            if (socket != null) {
                Files.deleteIfExists(socket);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "socket {0} can''t be removed: {1}", socket, e);
        }
    }

    /** Memory that request bodies hold now, in bytes. */
    public long heldBytes() {
        return budget.heldBytes();
    }

    /** What was refused here. */
    public Refusals refusals() {
        return refusals;
    }

    /**
     * How busy it is.
     *
     * @param tasksWaiting for an event loop
     * @param heldBytesMax memory that request bodies may hold
     * @param http HTTP requests that are not answered
     * @param grpc gRPC calls that are not answered
     * @param streams gRPC streams that are open
     */
    public record Use(int eventLoops, int tasksWaiting, long heldBytesMax, int http, int grpc, int streams) {}

    /** How busy it is now. */
    public Use use() {
        int tasks = 0;
        int[] open = new int[3];
        for (ServerLoop loop : loops) {
            tasks += loop.eventLoop instanceof SingleThreadEventExecutor executor ? executor.pendingTasks() : 0;
            for (int kind = 0; kind < open.length; kind++) {
                open[kind] += loop.openByKind.get(kind);
            }
        }
        return new Use(loops.size(), tasks, options.limits().heldBytesMax(), open[0], open[1], open[2]);
    }

    /** Open connections. */
    public int connectionCount() {
        return acceptor.connectionCount();
    }

    TransportOptions options() {
        return options;
    }

    MemoryBudget budget() {
        return budget;
    }

    GrpcMethods methods() {
        return methods;
    }

    RestHandler restHandler() {
        return restHandler;
    }

    GrpcHandler grpcHandler() {
        return grpcHandler;
    }

    @Nullable
    Consumer<EndedRequest> ended() {
        return ended;
    }

    private Vertx newVertx() {
        VertxOptions vertxOptions = new VertxOptions()
                .setEventLoopPoolSize(options.eventLoops())
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        return Vertx.builder()
                .with(vertxOptions)
                .withTransport(acceptor.sockets())
                .build();
    }

    private HttpServer listen(
            Vertx running, Context context, ServerLoop loop, Function<HttpServer, Future<HttpServer>> opening) {
        Promise<HttpServer> listening = Promise.promise();
        context.runOnContext(started -> opening.apply(running.createHttpServer(serverOptions())
                        .requestHandler(loop::accept)
                        .invalidRequestHandler(this::refuse)
                        .connectionHandler(connection -> {
                            connection.exceptionHandler(ignored -> {});
                            ConnectionGuard.of(connection).begins(connection);
                        }))
                .onComplete(listening));
        return listening.future().await();
    }

    private void refuse(HttpServerRequest request) {
        // Who has gone in the middle of a head gets no answer, or had one: that it took too long.
        if (!(request.decoderResult().cause() instanceof PrematureChannelClosureException)) {
            refusals.count(Refusals.Reason.INVALID);
            InvalidRequest.refuse(request, options.limits().single().headBytesMax(), ended);
        }
    }

    private HttpServerOptions serverOptions() {
        HttpServerOptions server = new HttpServerOptions()
                .setMaxInitialLineLength(InvalidRequest.LINE_BYTES_MAX)
                .setMaxHeaderSize(options.limits().single().headBytesMax())
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setStrictThreadMode(true)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setHttp2RstFloodMaxRstFramePerWindow(RESETS_MAX)
                .setHttp2RstFloodWindowDuration(10)
                .setInitialSettings(new Http2Settings()
                        .setPushEnabled(false)
                        .setMaxConcurrentStreams(options.limits().streamsMax())
                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                        .setMaxHeaderListSize(options.limits().single().headBytesMax()));
        server.setTcpNoDelay(true).setReuseAddress(true).setAcceptBacklog(1024);
        return server;
    }

    private static int onLoop(ServerLoop loop, Supplier<Integer> question) {
        return loop.eventLoop.submit(question::get).syncUninterruptibly().getNow();
    }
}

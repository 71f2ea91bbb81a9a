package dev.slipway.server.transport;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop knows: its connections, and the requests that are on their way. One sweep looks after all
 * timeouts, so that a request costs no timer. Every method runs on the loop.
 */
final class ServerLoop {
    private static final long SWEEP_MILLIS_MAX = 250;

    final EventLoop eventLoop;
    final TransportOptions options;
    final MemoryBudget budget;
    final Refusals refusals;
    final GrpcMethods methods;
    final RestHandler restHandler;
    final GrpcHandler grpcHandler;
    final WorkerExecutor workers;

    /** Is told of each request that ended; null for nobody. */
    final @Nullable Consumer<EndedRequest> ended;

    final BodyWork bodyWork = new BodyWork(this);

    private final List<ConnectionGuard> guards = new ArrayList<>();
    private final List<ConnectionGuard> toFlush = new ArrayList<>();
    /** Written on the loop alone, read by whoever asks: requests that are not answered, HTTP's, gRPC's, and streams. */
    final AtomicIntegerArray openByKind = new AtomicIntegerArray(3);

    private @Nullable Exchange newest;
    private boolean stopping;

    @SuppressWarnings("FutureReturnValueIgnored") // Sweeps end with the event loop.
    ServerLoop(EventLoop eventLoop, Transport transport, WorkerExecutor workers) {
        this.eventLoop = eventLoop;
        this.options = transport.options();
        this.budget = transport.budget();
        this.refusals = transport.refusals();
        this.methods = transport.methods();
        this.restHandler = transport.restHandler();
        this.grpcHandler = transport.grpcHandler();
        this.workers = workers;
        this.ended = transport.ended();
        long sweepMillis = sweepMillis(options.timeouts());
        eventLoop.scheduleWithFixedDelay(this::sweep, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
    }

    /** Takes a request whose head is complete. */
    void accept(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request.connection());
        String contentType = request.headers().get(HttpHeaders.CONTENT_TYPE);
        RestExchange exchange = new RestExchange(this, guard, request);
        if (contentType == null || !contentType.startsWith(GrpcExchange.CONTENT_TYPE)) {
            exchange.begin();
        } else if (request.version() != HttpVersion.HTTP_2) {
            exchange.beginRefused(505, "gRPC came over %s (expected: HTTP/2)".formatted(request.version()));
        } else if (!GrpcExchange.isServed(contentType)) {
            exchange.beginRefused(
                    415, "content-type '%s' (expected: application/grpc, or JSON)".formatted(contentType));
        } else {
            exchange.beginRefused(
                    405, "gRPC came as %s, or by an upgrade (expected: POST)".formatted(request.method()));
        }
    }

    /** Takes a gRPC call whose head is complete. */
    GrpcExchange accept(GrpcConnection connection, Http2Stream stream, Http2Headers headers) {
        GrpcMethods.Method method = methods.find(headers.path());
        if (method == null) {
            String path = headers.path().toString();
            CallExchange call =
                    new CallExchange(connection, stream, headers, new GrpcMethods.Method(path, false, false, false));
            call.beginRefused(methods.unknown(path));
            return call;
        }
        if (method.takesStream()) {
            StreamExchange messages = new StreamExchange(connection, stream, headers, method);
            messages.begin();
            return messages;
        }
        CallExchange call = new CallExchange(connection, stream, headers, method);
        call.begin();
        return call;
    }

    boolean isStopping() {
        return stopping;
    }

    /** From now on connections are closed as soon as they have no request. */
    void stopping() {
        stopping = true;
        for (Exchange exchange = newest; exchange != null; ) {
            Exchange older = exchange.older;
            exchange.stopping();
            exchange = older;
        }
        sweep();
    }

    /** Requests that have no answer yet. */
    int openCount() {
        int count = 0;
        for (Exchange exchange = newest; exchange != null; exchange = exchange.older) {
            count += exchange.isOpen() ? 1 : 0;
        }
        return count;
    }

    /** Closes what is left, without asking; returns how many connections that were. */
    int closeAll() {
        List<ConnectionGuard> left = List.copyOf(guards);
        left.forEach(ConnectionGuard::cut);
        return left.size();
    }

    void add(ConnectionGuard guard) {
        guard.index = guards.size();
        guards.add(guard);
    }

    void remove(ConnectionGuard guard) {
        ConnectionGuard last = guards.remove(guards.size() - 1);
        if (last != guard) {
            guards.set(guard.index, last);
            last.index = guard.index;
        }
    }

    /** Has {@code guard} release its flushes after all tasks that wait now. */
    void flushLater(ConnectionGuard guard) {
        toFlush.add(guard);
        if (toFlush.size() == 1) {
            eventLoop.execute(this::flushAll);
        }
    }

    private void flushAll() {
        // What a flush sets going may answer more, on connections that then stand further behind in the list.
        try {
            for (int at = 0; at < toFlush.size(); at++) {
                toFlush.get(at).releaseFlushes();
            }
        } finally {
            toFlush.clear();
        }
    }

    void add(Exchange exchange) {
        Exchange second = newest;
        exchange.older = second;
        if (second != null) {
            second.newer = exchange;
        }
        newest = exchange;
        count(exchange, 1);
    }

    private void count(Exchange exchange, int change) {
        int kind = exchange instanceof StreamExchange ? 2 : exchange instanceof GrpcExchange ? 1 : 0;
        openByKind.lazySet(kind, openByKind.getPlain(kind) + change);
    }

    void remove(Exchange exchange) {
        if (exchange.newer != null) {
            exchange.newer.older = exchange.older;
        } else {
            newest = exchange.older;
        }
        if (exchange.older != null) {
            exchange.older.newer = exchange.newer;
        }
        exchange.newer = null;
        exchange.older = null;
        count(exchange, -1);
    }

    /** Tells who wants to know that {@code exchange} ended. */
    void tell(Exchange exchange) {
        if (ended != null) {
            ended.accept(exchange.ended());
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Exchange exchange = newest; exchange != null; ) {
            Exchange older = exchange.older;
            exchange.sweep(now);
            exchange = older;
        }
        // Backwards, since a guard that closes takes itself out and puts the last one in its place.
        for (int at = guards.size() - 1; at >= 0; at--) {
            if (at < guards.size()) {
                guards.get(at).sweep(now);
            }
        }
    }

    private static long sweepMillis(TransportTimeouts timeouts) {
        long shortest = Math.min(
                timeouts.requestRead().toMillis(), timeouts.answerRead().toMillis());
        shortest = Math.min(shortest, timeouts.idle().toMillis());
        shortest = Math.min(shortest, timeouts.request().toMillis());
        return Math.max(1, Math.min(SWEEP_MILLIS_MAX, shortest / 4));
    }
}

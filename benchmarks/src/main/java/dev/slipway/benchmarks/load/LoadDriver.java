package dev.slipway.benchmarks.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The load generator of this module: asks one question in a closed or an open loop, in one thread. */
public final class LoadDriver implements LoadGenerator, AutoCloseable {
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(false));

    @Override
    public boolean canDo(Question question, Load load) {
        return true;
    }

    @Override
    public Measurement run(Question question, Load load, Time time, Meter meter) {
        return run(question, load, time, meter, Intervals.NONE);
    }

    /**
     * As above, and tells what comes of each interval.
     *
     * @throws IllegalStateException when an answer is wrong, or the server can't be reached
     */
    public Measurement run(Question question, Load load, Time time, Meter meter, Intervals intervals) {
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(question.protocol().isGrpc() ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setIdleTimeout((int) LONGEST_CALL.toSeconds()));
        HttpConnectOptions address =
                new HttpConnectOptions().setHost(question.host()).setPort(question.port());
        List<Future<HttpClientConnection>> connecting = new ArrayList<>();
        for (int count = 0; count < load.connections(); count++) {
            connecting.add(client.connect(address));
        }
        Duration patience = time.warmUp().plus(time.measured()).plus(LONGEST_CALL.multipliedBy(2));
        try {
            Future.all(connecting).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
            MeasuredTime measured = new MeasuredTime(meter, time.warmUp(), time.measured(), intervals);
            start(
                            question,
                            load,
                            measured,
                            connecting.stream().map(Future::result).toList())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return measured.measurement();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "%s: %s".formatted(question.protocol().title(), cause), cause);
        } finally {
            connecting.forEach(connection -> connection.onSuccess(HttpClientConnection::close));
            client.close();
        }
    }

    private Future<Void> start(
            Question question, Load load, MeasuredTime measured, List<HttpClientConnection> connections) {
        int streams = question.protocol().isGrpc() ? load.streams() : 1;
        Context loop = vertx.getOrCreateContext();
        Promise<Void> done = Promise.promise();
        loop.runOnContext(now -> {
            if (load instanceof Load.Open open) {
                new OpenRun(new Exchange(question, open.deadline()), measured, open)
                        .start(connections, streams, loop)
                        .onComplete(done);
            } else {
                new ClosedRun(new Exchange(question, Duration.ZERO), measured)
                        .start(connections, streams)
                        .onComplete(done);
            }
        });
        return done.future();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

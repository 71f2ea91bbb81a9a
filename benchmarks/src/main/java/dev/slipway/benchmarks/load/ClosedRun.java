package dev.slipway.benchmarks.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientConnection;
import java.util.List;

/** Asks again on each lane whenever it is answered. Lives on one event loop. */
final class ClosedRun {
    private final Exchange exchange;
    private final MeasuredTime time;
    private final Promise<Void> done = Promise.promise();
    private int running;

    ClosedRun(Exchange exchange, MeasuredTime time) {
        this.exchange = exchange;
        this.time = time;
    }

    /** Fails at the first request that isn't answered rightly: a load test of errors measures nothing. */
    Future<Void> start(List<HttpClientConnection> connections, int streams) {
        for (HttpClientConnection connection : connections) {
            for (int stream = 0; stream < streams; stream++) {
                running++;
                ask(connection);
            }
        }
        return done.future();
    }

    private void ask(HttpClientConnection connection) {
        long sent = System.nanoTime();
        exchange.ask(connection).onComplete(outcome -> answered(connection, sent, outcome), done::tryFail);
    }

    private void answered(HttpClientConnection connection, long sent, Exchange.Outcome outcome) {
        if (outcome != Exchange.Outcome.RIGHT) {
            done.tryFail(new IllegalStateException("a request was %s (expected: answered, in a closed loop)"
                    .formatted(outcome == Exchange.Outcome.SHED ? "refused for want of room" : "too late")));
            return;
        }
        long now = System.nanoTime();
        // The first answer, which took as long as it took, starts the clock.
        time.begin(now);
        time.look(now);
        if (time.counts(now)) {
            time.answered(now - sent);
        }
        if (!time.isOver(now) && !done.future().isComplete()) {
            ask(connection);
        } else if (--running == 0) {
            done.tryComplete();
        }
    }
}

package dev.slipway.benchmarks.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks on a schedule. A thread of its own keeps the schedule and passes each due time to the event loop, where all else
 * happens; a request that finds no free lane waits for one, and the wait is part of its latency.
 */
final class OpenRun {
    private final Exchange exchange;
    private final MeasuredTime time;
    private final Load.Open load;
    private final Deque<HttpClientConnection> lanes = new ArrayDeque<>();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final Promise<Void> done = Promise.promise();
    private long pending;
    private boolean allSent;

    OpenRun(Exchange exchange, MeasuredTime time, Load.Open load) {
        this.exchange = exchange;
        this.time = time;
        this.load = load;
    }

    /** Fails at the first wrong answer; refusals for want of room or time are counted. */
    Future<Void> start(List<HttpClientConnection> connections, int streams, Context loop) {
        for (int stream = 0; stream < streams; stream++) {
            lanes.addAll(connections);
        }
        // The first question only shows that the way is free.
        exchange.ask(connections.get(0))
                .onComplete(
                        outcome -> {
                            long begin = System.nanoTime();
                            time.begin(begin);
                            keepSchedule(begin, loop);
                        },
                        done::tryFail);
        return done.future();
    }

    private void keepSchedule(long begin, Context loop) {
        Pacer pacer = new Pacer(System::nanoTime, LockSupport::parkNanos);
        Thread thread = new Thread(
                () -> {
                    pacer.run(new ConstantRate(begin, load.perSecond()), time.endNanos(), due -> {
                        loop.runOnContext(now -> arrived(due));
                    });
                    loop.runOnContext(now -> {
                        allSent = true;
                        time.look(System.nanoTime());
                        finishIfIdle();
                    });
                },
                "pacer");
        thread.setDaemon(true);
        thread.start();
        done.future().onComplete(result -> thread.interrupt());
    }

    private void arrived(long due) {
        pending++;
        waiting.add(due);
        sendWaiting();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && !lanes.isEmpty() && !done.future().isComplete()) {
            long due = waiting.remove();
            long now = System.nanoTime();
            time.look(now);
            if (!load.deadline().isZero() && now - due > load.deadline().toNanos()) {
                finished(due, Exchange.Outcome.LATE);
                continue;
            }
            HttpClientConnection lane = lanes.remove();
            exchange.ask(lane)
                    .onComplete(
                            outcome -> {
                                lanes.add(lane);
                                finished(due, outcome);
                                sendWaiting();
                            },
                            done::tryFail);
        }
    }

    private void finished(long due, Exchange.Outcome outcome) {
        long now = System.nanoTime();
        time.look(now);
        pending--;
        if (time.counts(due)) {
            boolean late =
                    !load.deadline().isZero() && now - due > load.deadline().toNanos();
            switch (outcome) {
                case SHED -> time.shed();
                case LATE -> time.late();
                case RIGHT -> {
                    if (late) {
                        time.answeredLate(now - due);
                    } else {
                        time.answered(now - due);
                    }
                }
            }
        }
        finishIfIdle();
    }

    private void finishIfIdle() {
        if (allSent && pending == 0) {
            done.tryComplete();
        }
    }
}

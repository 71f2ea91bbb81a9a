package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.Timer;
import dev.slipway.server.management.Operations;
import dev.slipway.server.management.StateFeed;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Streams of server-sent events: of all versions' states, and of single operations. */
final class EventsRest {
    /** Each holds a connection, or a stream of one, for as long as its client likes. */
    static final int STREAMS_MAX = 256;

    private final StateFeed states;
    private final Operations operations;
    private final Timer timer;
    private final AtomicInteger open = new AtomicInteger();

    EventsRest(StateFeed states, Operations operations, Timer timer) {
        this.states = states;
        this.operations = operations;
        this.timer = timer;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/events", this::states),
                new Route("GET", "/operations/{id}/events", this::operation));
    }

    private void states(Call call) {
        stream(call, events -> states.watch(change -> events.send("state", StatusJson.change(change))));
    }

    private void operation(Call call) {
        String id = call.variable("id");
        // Answers 404 before a stream begins.
        operations.get(id);
        stream(
                call,
                events -> operations.watch(id, operation -> {
                    events.send("operation", OperationJson.one(operation));
                    if (operation.isEnded()) {
                        events.end();
                    }
                }));
    }

    /** @param subscribe has events sent, and answers what ends that */
    private void stream(Call call, Function<EventStream, Runnable> subscribe) {
        if (open.incrementAndGet() > STREAMS_MAX) {
            open.decrementAndGet();
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%d streams of events are open (expected: at most that)".formatted(STREAMS_MAX));
        }
        Subscription subscription = new Subscription();
        EventStream events = new EventStream(call.reply(), timer, () -> {
            open.decrementAndGet();
            subscription.end();
        });
        try {
            subscription.begin(subscribe.apply(events));
        } catch (SlipwayException e) {
            // Forgotten since it was looked up.
            events.end();
        }
    }

    /** Is ended once, however its beginning and its end are interleaved. */
    private static final class Subscription {
        private @Nullable Runnable ending;
        private boolean isEnded;

        synchronized void begin(Runnable unsubscribe) {
            if (isEnded) {
                unsubscribe.run();
            } else {
                ending = unsubscribe;
            }
        }

        synchronized void end() {
            isEnded = true;
            if (ending != null) {
                ending.run();
                ending = null;
            }
        }
    }

    /** Streams that are open. */
    int open() {
        return open.get();
    }
}

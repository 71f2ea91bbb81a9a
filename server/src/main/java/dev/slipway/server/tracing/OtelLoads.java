package dev.slipway.server.tracing;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Spans of loads: each version that is loaded, and in it the time that it was warmed up. */
final class OtelLoads implements ServingListener {
    private final OtelSpans spans;
    private final Map<ServableId, Loading> loading = new ConcurrentHashMap<>();

    /** @param warmed when the warm-up began; {@link Instant#MAX} as long as it has not */
    private record Loading(Instant started, Instant warmed) {}

    OtelLoads(OtelSpans spans) {
        this.spans = spans;
    }

    @Override
    public void stateChanged(StateChange change) {
        ServableId id = change.id();
        switch (change.state()) {
            case LOADING -> loading.put(id, new Loading(change.time(), Instant.MAX));
            case WARMING -> loading.computeIfPresent(id, (same, now) -> new Loading(now.started(), change.time()));
            default -> {
                Loading ended = loading.remove(id);
                if (ended != null) {
                    tell(ended, change);
                }
            }
        }
    }

    private void tell(Loading ended, StateChange change) {
        SlipwayException error = change.error();
        ErrorCode code = error == null ? ErrorCode.OK : error.code();
        Span load = spans.root("load", nanos(ended.started()))
                .setAttribute("slipway.model", change.id().model())
                .setAttribute("slipway.version", change.id().version())
                .startSpan();
        if (ended.warmed().isBefore(change.time())) {
            Span warmUp = spans.child("warm_up", Context.root().with(load), nanos(ended.warmed()))
                    .startSpan();
            OtelWords.fail(warmUp, code);
            warmUp.end(change.time());
        }
        OtelWords.fail(load, code);
        load.end(change.time());
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}

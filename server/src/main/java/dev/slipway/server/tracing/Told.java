package dev.slipway.server.tracing;

import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import org.jspecify.annotations.Nullable;

/** The span of the prediction that was told of last, on each thread: for those who are told of it next, and know no more of it. */
final class Told {
    private final ThreadLocal<Last> last = ThreadLocal.withInitial(Last::new);

    private static final class Last {
        private @Nullable Prediction prediction;
        private RequestContext.@Nullable TraceIds span;
    }

    void put(Prediction prediction, RequestContext.@Nullable TraceIds span) {
        Last now = last.get();
        now.prediction = prediction;
        now.span = span;
    }

    /** Null for one that was not told of here, or not last. */
    @SuppressWarnings("ReferenceEquality") // Just the one that was told of, which is handed on as it is.
    RequestContext.@Nullable TraceIds of(Prediction prediction) {
        Last now = last.get();
        return now.prediction == prediction ? now.span : null;
    }
}

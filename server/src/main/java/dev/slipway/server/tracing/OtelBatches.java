package dev.slipway.server.tracing;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ServingListener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Spans of runs that were for several requests, each in a trace of its own with links to those of the requests that are traced. Who
 * a run was for is told on its thread, then that it has ended.
 */
final class OtelBatches implements ServingListener {
    private final OtelSpans spans;

    /** What the thread has run last, until its end is told. */
    @SuppressWarnings("ThreadLocalUsage") // One for each server, of which a process has one; threads end with it.
    private final ThreadLocal<@Nullable Joined> current = new ThreadLocal<>();

    /**
     * A run for several requests.
     *
     * @param span of the run
     * @param end when it was told of first
     */
    record Joined(Dispatch run, Span span, Moment end) {}

    OtelBatches(OtelSpans spans) {
        this.spans = spans;
    }

    /**
     * A run was for a request, among others.
     *
     * @param request the request's span
     * @return null for a run that was for one request alone
     */
    @SuppressWarnings(
            "ReferenceEquality") // Two runs may well be equal; all that a run was for are told of the same object.
    @Nullable
    Joined joins(Dispatch run, SpanContext request) {
        if (run.batch().requests() < 2) {
            return null;
        }
        Joined joined = current.get();
        if (joined == null || joined.run() != run) {
            end(joined);
            joined = begin(run);
            current.set(joined);
        }
        joined.span().addLink(request);
        return joined;
    }

    private Joined begin(Dispatch run) {
        Moment end = spans.now();
        SpanBuilder span =
                spans.root("batch", end.epochNanos(end.nanos() - run.times().runNanos()));
        OtelWords.describe(span, run);
        span.setAttribute("slipway.batch.on_loop", run.batch().onLoop());
        return new Joined(run, span.startSpan(), end);
    }

    @Override
    public void dispatched(Dispatch run) {
        Joined joined = current.get();
        if (joined != null) {
            end(joined);
            current.remove();
        }
    }

    private static void end(@Nullable Joined joined) {
        if (joined != null) {
            OtelWords.fail(joined.span(), joined.run().code());
            joined.span().end(joined.end().epochNanos(), OtelSpans.NANOS);
        }
    }
}

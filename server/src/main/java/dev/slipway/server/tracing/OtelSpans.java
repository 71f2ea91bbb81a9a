package dev.slipway.server.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** Makes spans of what has begun or is over. Thread-safe. */
final class OtelSpans {
    static final TimeUnit NANOS = TimeUnit.NANOSECONDS;

    private final Tracer tracer;
    private final Clock clock;
    private final Sampling sampling;
    private final TraceRate rate;
    private final OtelBatches batches = new OtelBatches(this);

    OtelSpans(Tracer tracer, Clock clock, Sampling sampling, TraceRate rate) {
        this.tracer = tracer;
        this.clock = clock;
        this.sampling = sampling;
        this.rate = rate;
    }

    Moment now() {
        return Moment.now(clock);
    }

    OtelBatches batches() {
        return batches;
    }

    /** Whether a request for no model that is known is traced. */
    boolean takesUnknown(long draw) {
        return sampling.takes("", draw);
    }

    /** Whether one more trace may begin that nobody has decided about before; it has to be begun then. */
    boolean mayBegin() {
        return rate.takes(System.nanoTime());
    }

    /** The span of a request, begun. */
    Span server(Came came, SpanContext parent, Moment start) {
        SpanBuilder span = tracer.spanBuilder(came.isGrpc() ? came.path() : came.method())
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(start.epochNanos(), NANOS);
        if (parent.isValid()) {
            span.setParent(Context.root().with(Span.wrap(parent)));
        } else {
            span.setNoParent();
        }
        OtelWords.begin(span, came);
        return span.startSpan();
    }

    /** @param startEpochNanos since 1970 */
    SpanBuilder child(String name, Context parent, long startEpochNanos) {
        return tracer.spanBuilder(name).setParent(parent).setStartTimestamp(startEpochNanos, NANOS);
    }

    /** One that begins a trace. */
    SpanBuilder root(String name, long startEpochNanos) {
        return tracer.spanBuilder(name).setNoParent().setStartTimestamp(startEpochNanos, NANOS);
    }
}

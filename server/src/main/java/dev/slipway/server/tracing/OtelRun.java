package dev.slipway.server.tracing;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.core.Answer;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.observe.RequestObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Follows what a model does for a traced request, and tells of each phase with a span. */
final class OtelRun implements RequestObserver.Follower {
    private final OtelRequest request;
    private final OtelSpans spans;
    private final Context parent;
    private final Moment start;
    private final List<Ran> runs = new ArrayList<>(1);
    private final List<Turned> steps = new ArrayList<>(0);
    private long decodedNanos;
    private long answeredNanos;

    /**
     * A run that was for this request.
     *
     * @param endNanos by {@link System#nanoTime}
     * @param batch the span of the run, where it was for others too
     */
    private record Ran(
            Dispatch run,
            long waitedNanos,
            long endNanos,
            @Nullable SpanContext batch) {}

    /**
     * A step of a chain.
     *
     * @param endNanos by {@link System#nanoTime}
     */
    private record Turned(TransformStep step, long endNanos, long nanos) {}

    /** @param parent with the request's span */
    OtelRun(OtelRequest request, OtelSpans spans, Context parent, Moment start) {
        this.request = request;
        this.spans = spans;
        this.parent = parent;
        this.start = start;
    }

    @Override
    public void decoded(ServableId id, InferenceRequest read) {
        decodedNanos = System.nanoTime();
    }

    @Override
    public void ran(Dispatch run, long waitedNanos) {
        SpanContext own = Span.fromContext(parent).getSpanContext();
        OtelBatches.Joined joined = spans.batches().joins(run, own);
        runs.add(
                joined == null
                        ? new Ran(run, waitedNanos, System.nanoTime(), null)
                        : new Ran(
                                run,
                                waitedNanos,
                                joined.end().nanos(),
                                joined.span().getSpanContext()));
    }

    @Override
    public void turned(TransformStep step, long nanos) {
        steps.add(new Turned(step, System.nanoTime(), nanos));
    }

    @Override
    public void answered(Answer answer) {
        answeredNanos = System.nanoTime();
    }

    @Override
    public void ended(Prediction prediction) {
        Prediction.Phases phases = prediction.phases();
        if (phases.decode() > 0) {
            end(begin("decode", decodedNanos - phases.decode()), decodedNanos);
        }
        for (Turned turned : steps) {
            String name = turned.step().name().toLowerCase(Locale.ROOT);
            end(begin(name, turned.endNanos() - turned.nanos()), turned.endNanos());
        }
        runs.forEach(this::tell);
        if (phases.encode() > 0) {
            end(begin("encode", answeredNanos), answeredNanos + phases.encode());
        }
        request.told(prediction);
    }

    private void tell(Ran ran) {
        Dispatch run = ran.run();
        long startNanos = ran.endNanos() - run.times().runNanos();
        end(begin("queue", startNanos - ran.waitedNanos()), startNanos);
        SpanBuilder compute = begin("compute", startNanos);
        OtelWords.describe(compute, run);
        if (ran.batch() != null) {
            compute.addLink(ran.batch());
        }
        Span computed = compute.startSpan();
        OtelWords.fail(computed, run.code());
        computed.end(start.epochNanos(ran.endNanos()), OtelSpans.NANOS);
    }

    private SpanBuilder begin(String name, long nanos) {
        return spans.child(name, parent, start.epochNanos(nanos));
    }

    private void end(SpanBuilder span, long nanos) {
        span.startSpan().end(start.epochNanos(nanos), OtelSpans.NANOS);
    }
}

package dev.slipway.server.tracing;

import dev.slipway.monitoring.Prediction;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.transport.RequestContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * A request that is traced, or may be once its model is known. Its span ends when the transport has the answer and who followed
 * its run has told all, whichever is later. Thread-safe.
 */
final class OtelRequest implements RequestContext.Ending {
    private static final int HTTP_ERROR = 400;

    private final OtelSpans spans;
    private final Came came;

    /** Of whoever asks; invalid where they told of none. */
    private final SpanContext parent;

    private final long draw;
    /** Null as long as it is not traced. Touched while this object's monitor is held, as is what follows. */
    private @Nullable Begun begun;

    /** Runs that are followed now: most requests have one in all. */
    private int followed;

    private boolean isRefused;
    private boolean isAnswered;
    private int status = -1;
    private long endNanos;
    private @Nullable Prediction prediction;

    /** @param start of the span */
    private record Begun(Span span, Moment start) {}

    /**
     * @param parent of whoever asks; invalid where they told of none
     * @param draw as {@link Sampling} has it
     */
    OtelRequest(OtelSpans spans, Came came, SpanContext parent, long draw) {
        this.spans = spans;
        this.came = came;
        this.parent = parent;
        this.draw = draw;
    }

    /** It is traced. */
    synchronized void begin() {
        begun();
    }

    private Begun begun() {
        Begun traced = begun;
        if (traced == null) {
            Moment start = spans.now().at(came.context().startNanos());
            traced = new Begun(spans.server(came, parent, start), start);
            begun = traced;
            SpanContext own = traced.span().getSpanContext();
            came.context().trace(new RequestContext.TraceIds(own.getTraceId(), own.getSpanId()));
        }
        return traced;
    }

    /** Its model is known; null when it is not one that is traced. */
    synchronized RequestObserver.@Nullable Follower follow(String model, Sampling sampling) {
        if (begun == null && (isRefused || !sampling.takes(model, draw) || !spans.mayBegin())) {
            isRefused = true;
            return null;
        }
        followed++;
        Begun traced = begun();
        return new OtelRun(this, spans, Context.root().with(traced.span()), traced.start());
    }

    /** What was followed is over. */
    synchronized void told(Prediction told) {
        prediction = told;
        followed--;
        if (isAnswered && followed == 0) {
            finish();
        }
    }

    @Override
    public synchronized void ended(int said) {
        isAnswered = true;
        status = said;
        endNanos = System.nanoTime();
        boolean isError = came.isGrpc() ? said != 0 : said < 0 || said >= HTTP_ERROR;
        if (begun == null && !isRefused && isError && spans.takesUnknown(draw) && spans.mayBegin()) {
            begun();
        }
        if (followed == 0) {
            finish();
        }
    }

    private void finish() {
        Begun traced = begun;
        if (traced == null) {
            return;
        }
        Span ending = traced.span();
        RequestContext context = came.context();
        ending.setAttribute("slipway.request_id", context.requestId());
        Prediction known = prediction;
        if (known != null) {
            ending.setAttribute("slipway.prediction_id", known.id());
            ending.setAttribute("slipway.protocol", known.origin().protocol());
            ending.setAttribute("slipway.model", known.served().model());
            if (known.served().version() >= 0) {
                ending.setAttribute("slipway.version", known.served().version());
            }
            if (!known.served().signature().isEmpty()) {
                ending.setAttribute("slipway.signature", known.served().signature());
            }
            ending.setAttribute(
                    AttributeKey.longKey("slipway.rows"), known.size().rows());
        }
        OtelWords.end(ending, came, status, known);
        ending.end(traced.start().epochNanos(endNanos), OtelSpans.NANOS);
    }
}

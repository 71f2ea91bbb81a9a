package dev.slipway.server.tracing;

import dev.slipway.api.ServingListener;
import dev.slipway.server.Version;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RestHandler;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Traces with OpenTelemetry's library. Thread-safe. */
final class OtelTracing implements Tracing {
    private static final System.Logger LOG = System.getLogger(OtelTracing.class.getName());

    /** Whose every failure comes with a stack; ours are told once in a while. Kept, lest the setting be lost. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("io.opentelemetry.exporter");

    /** As many as requests that run together, mostly; the library's own bound is 128. */
    private static final int LINKS_MAX = 1024;

    /** Of a path, say, which whoever asks may make long; the library has no bound. */
    private static final int ATTRIBUTE_LENGTH_MAX = 1024;

    private final SpanQueue queue;
    private final Sampling sampling;
    private final TraceRate rate;
    private final boolean trustsParent;
    private final OtelSpans spans;

    private OtelTracing(TracingSettings settings, SpanExporter exporter, Clock clock) {
        queue = new SpanQueue(exporter, settings);
        AttributesBuilder resource = Attributes.builder();
        settings.resource().forEach(resource::put);
        // What is traced is decided before the library is asked.
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setSampler(Sampler.alwaysOn())
                .setResource(Resource.getDefault().merge(Resource.create(resource.build())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfLinks(LINKS_MAX)
                        .setMaxAttributeValueLength(ATTRIBUTE_LENGTH_MAX)
                        .build())
                .addSpanProcessor(queue)
                .build();
        sampling = new Sampling(settings.sample());
        rate = new TraceRate(settings.perSecondMax(), System.nanoTime());
        trustsParent = settings.trustsParent();
        spans = new OtelSpans(
                provider.tracerBuilder("dev.slipway.server")
                        .setInstrumentationVersion(Version.OF_THIS_BUILD)
                        .build(),
                clock,
                sampling,
                rate);
    }

    static Tracing open(TracingSettings settings, Clock clock) {
        LIBRARY_LOG.setLevel(java.util.logging.Level.OFF);
        TracingSettings.Collector collector = settings.collector();
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector.url().toString())
                .setTimeout(collector.timeout())
                .setConnectTimeout(collector.timeout())
                .setCompression(collector.isCompressed() ? "gzip" : "none");
        collector.headers().forEach(exporter::addHeader);
        OtelTracing tracing = new OtelTracing(settings, exporter.build(), clock);
        tracing.queue.start();
        LOG.log(
                Level.INFO,
                "traces go to {0}: {1} of the requests that come without one",
                collector,
                "%s%%".formatted(100 * settings.sample()));
        return tracing;
    }

    @Override
    public RestHandler before(RestHandler handler) {
        return (request, reply) -> {
            comes(request, request.context(), OtelGetter.REST, Came::of);
            handler.handle(request, reply);
        };
    }

    @Override
    public GrpcHandler before(GrpcHandler handler) {
        return call -> {
            comes(call, call.context(), OtelGetter.GRPC, Came::of);
            handler.handle(call);
        };
    }

    /** Decides what can be decided before the model is known: most requests end here. */
    private <T> void comes(T asked, RequestContext context, OtelGetter<T> words, Function<T, Came> came) {
        boolean hasParent = words.first(asked, OtelGetter.PARENT) != null;
        SpanContext parent = hasParent ? parent(asked, words) : SpanContext.getInvalid();
        boolean isDecided = trustsParent && parent.isValid();
        long draw = isDecided ? 0 : Sampling.draw(ThreadLocalRandom.current().nextLong());
        if (isDecided ? !parent.isSampled() : !sampling.mayTake(draw)) {
            return;
        }
        OtelRequest request = new OtelRequest(spans, came.apply(asked), parent, draw);
        context.ending(request);
        if (isDecided) {
            request.begin();
        }
    }

    /** Invalid where the header is not as it has to be. */
    private static <T> SpanContext parent(T asked, OtelGetter<T> words) {
        Context read = W3CTraceContextPropagator.getInstance().extract(Context.root(), asked, words);
        return Span.fromContext(read).getSpanContext();
    }

    @Override
    public List<RequestObserver> observers() {
        return List.of((model, context) ->
                context.ending() instanceof OtelRequest request ? request.follow(model, sampling) : null);
    }

    @Override
    public List<ServingListener> listeners() {
        return List.of(spans.batches(), new OtelLoads(spans));
    }

    @Override
    public void sample(String model, @Nullable Double share) {
        sampling.change(model, share);
    }

    @Override
    public Counts counts() {
        return queue.counts().skipping(rate.skipped());
    }

    @Override
    public void close(Duration patience) {
        queue.close(patience);
    }
}

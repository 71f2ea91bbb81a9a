package dev.slipway.server.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.server.Await;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.config.TracingConfig;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** Takes traces as collectors do: OTLP, protobuf over HTTP, on a free port of the loopback. */
public final class Collector implements AutoCloseable {
    private final HttpServer http;
    private final List<Got> spans = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    /**
     * A span.
     *
     * @param resource what is said of who sent it
     */
    public record Got(Span span, Map<String, String> resource) {
        public String name() {
            return span.getName();
        }

        public String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        public String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        public String parent() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        public Map<String, String> attributes() {
            return texts(span.getAttributesList());
        }

        /** Ids of the spans that it is linked with. */
        public List<String> links() {
            return span.getLinksList().stream()
                    .map(link -> HexFormat.of().formatHex(link.getSpanId().toByteArray()))
                    .toList();
        }

        public long start() {
            return span.getStartTimeUnixNano();
        }

        public long end() {
            return span.getEndTimeUnixNano();
        }
    }

    public Collector() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", this::take);
        http.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isGzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream in = isGzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
            byte[] body = in.readAllBytes();
            asked.add("%s %s %s %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            exchange.getRequestHeaders().getFirst("X-Tenant")));
            if (status == 200) {
                add(ExportTraceServiceRequest.parseFrom(body));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void add(ExportTraceServiceRequest request) {
        List<Got> got = new ArrayList<>();
        for (ResourceSpans ofResource : request.getResourceSpansList()) {
            Map<String, String> resource = texts(ofResource.getResource().getAttributesList());
            for (ScopeSpans ofScope : ofResource.getScopeSpansList()) {
                ofScope.getSpansList().forEach(span -> got.add(new Got(span, resource)));
            }
        }
        spans.addAll(got);
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        attributes.forEach(attribute -> texts.put(attribute.getKey(), text(attribute.getValue())));
        return texts;
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> value.toString();
        };
    }

    /** Answers with {@code changed} from now on, and takes nothing unless it is 200. */
    void answer(int changed) {
        status = changed;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Has a server send all its traces here, soon. */
    ServerOptions traced(ServerOptions options) {
        return traced(options, 0);
    }

    /** @param perSecondMax traces that are begun in a second at most; 0 for no bound */
    ServerOptions traced(ServerOptions options, int perSecondMax) {
        TracingConfig tracing =
                new TracingConfig(endpoint(), "tested", 1.0, null, perSecondMax, null, Duration.ofMillis(10));
        return options.withOrigin(new ServerOptions.Origin(null, StartConfig.NONE.withTracing(tracing), null));
    }

    /** What was asked, each as {@code POST /v1/traces TYPE X-TENANT}. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    public List<Got> spans() {
        return List.copyOf(spans);
    }

    public List<Got> spans(Predicate<Got> wanted) {
        return spans.stream().filter(wanted).toList();
    }

    /** The first that is wanted, waited for. */
    public Got await(Predicate<Got> wanted, String what) {
        Await.until(() -> spans.stream().anyMatch(wanted), what + ", of " + spans.size() + " spans");
        return spans(wanted).get(0);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}

package dev.slipway.server.tracing;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * How traces are made, and where they go.
 *
 * @param collector where they are sent to
 * @param resource what is said of this server with each of them: {@code service.name} and others
 * @param sample the share of requests that are traced, of those that come without a trace, 0 to 1; a model may have its own
 * @param trustsParent whether a request that comes with a trace is traced if, and only if, whoever sent it is
 * @param perSecondMax traces that are begun here in a second at most, of requests that come without one; 0 for no bound
 * @param queue what waits to be sent
 */
public record TracingSettings(
        Collector collector,
        Map<String, String> resource,
        double sample,
        boolean trustsParent,
        int perSecondMax,
        Queue queue) {
    /** What a busy server can do without noticing, and more than anybody reads. */
    public static final int PER_SECOND_MAX = 100;

    public TracingSettings {
        resource = Map.copyOf(resource);
        if (!(sample >= 0 && sample <= 1)) {
            throw new IllegalArgumentException("sample: %s (expected: 0 to 1)".formatted(sample));
        }
        if (perSecondMax < 0) {
            throw new IllegalArgumentException("perSecondMax: %d (expected: >= 0)".formatted(perSecondMax));
        }
    }

    /**
     * Takes spans in OTLP, protobuf over HTTP.
     *
     * @param url whole, {@code http://localhost:4318/v1/traces}
     * @param headers sent with each request: may hold secrets
     * @param isCompressed whether bodies are sent with gzip
     * @param timeout of one request and its repetitions
     */
    public record Collector(URI url, Map<String, String> headers, boolean isCompressed, Duration timeout) {
        public Collector {
            headers = Map.copyOf(headers);
        }

        /** Without the headers, which nobody is to read in a log. */
        @Override
        public String toString() {
            return url.toString();
        }
    }

    /**
     * Spans that wait to be sent.
     *
     * @param spansMax what is above that is dropped
     * @param batchMax how many are sent at once, at most
     * @param interval between two times that they are sent, when they are not enough for a whole batch
     */
    public record Queue(int spansMax, int batchMax, Duration interval) {
        /** As the OpenTelemetry specification has it, but for four times the room. */
        public static final Queue DEFAULT = new Queue(8192, 512, Duration.ofSeconds(5));

        public Queue {
            if (spansMax < 1 || batchMax < 1 || batchMax > spansMax) {
                throw new IllegalArgumentException("spansMax, batchMax: %d, %d (expected: 1 <= batchMax <= spansMax)"
                        .formatted(spansMax, batchMax));
            }
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("interval: %s (expected: above 0)".formatted(interval));
            }
        }
    }
}

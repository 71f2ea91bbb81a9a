package dev.slipway.server.tracing;

import dev.slipway.api.ServingListener;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.RestHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traces of requests, of the runs that they share, and of loads. Where nobody asked for them, nothing stands in a request's way, and
 * nothing of OpenTelemetry's library is loaded.
 */
public interface Tracing {
    /** Nothing is traced. */
    Tracing OFF = new Tracing() {
        @Override
        public RestHandler before(RestHandler handler) {
            return handler;
        }

        @Override
        public GrpcHandler before(GrpcHandler handler) {
            return handler;
        }

        @Override
        public List<RequestObserver> observers() {
            return List.of();
        }

        @Override
        public List<ServingListener> listeners() {
            return List.of();
        }

        @Override
        public void sample(String model, @Nullable Double share) {}

        @Override
        public Counts counts() {
            return Counts.NONE;
        }

        @Override
        public void close(Duration patience) {}
    };

    /**
     * Begins, if anything is asked for.
     *
     * @param settings null for none
     */
    static Tracing open(@Nullable TracingSettings settings) {
        return settings == null ? OFF : OtelTracing.open(settings, Clock.systemUTC());
    }

    /** What hands requests on to {@code handler}, and follows them. */
    RestHandler before(RestHandler handler);

    /** As {@link #before(RestHandler)}. */
    GrpcHandler before(GrpcHandler handler);

    /** Who looks on at requests for models. */
    List<RequestObserver> observers();

    /** Who is told of runs and of loads. */
    List<ServingListener> listeners();

    /**
     * Changes how many of a model's requests are traced, from the next one on. Any thread.
     *
     * @param share 0 to 1; null for as others
     */
    void sample(String model, @Nullable Double share);

    /** How it goes, since the start. */
    Counts counts();

    /** Sends what waits, and ends; what is not sent within {@code patience} is dropped. */
    void close(Duration patience);

    /**
     * Spans.
     *
     * @param sent that the collector has taken
     * @param dropped that it never got: no room was left for them, or it did not take them
     * @param failures times that sending failed
     * @param skipped traces, not spans, that were not begun since too many were in a second
     */
    record Counts(long sent, long dropped, long failures, long skipped) {
        public static final Counts NONE = new Counts(0, 0, 0, 0);

        /** These, with traces that were not begun. */
        Counts skipping(long traces) {
            return new Counts(sent, dropped, failures, traces);
        }
    }
}

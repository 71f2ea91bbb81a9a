package dev.slipway.server.metrics;

import dev.slipway.core.ComputePool;
import dev.slipway.server.Version;
import dev.slipway.server.logging.AccessLog;
import dev.slipway.server.tls.Tls;
import dev.slipway.server.transport.Refusals;
import dev.slipway.server.transport.Transport;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Shows how busy the server itself is: threads, connections, bodies, certificates, the JVM. */
final class ServerMetrics {
    private ServerMetrics() {}

    static void register(PrometheusRegistry registry, ComputePool pool) {
        Gauges gauges = new Gauges(registry);
        gauges.gauge("slipway_compute_cores", "Runs that may compute at once.", pool::cores);
        gauges.gauge(
                "slipway_compute_threads",
                "Compute threads, by what they do: run, run for so long that they no longer count, or wait for work.",
                "state",
                () -> threads(pool.use()));
        gauges.gauge(
                "slipway_compute_tasks_waiting",
                "Tasks that wait for a compute thread.",
                () -> pool.use().waiting());
    }

    private static Map<String, Integer> threads(ComputePool.Use use) {
        return Map.of("running", use.running() - use.overdue(), "overdue", use.overdue(), "idle", use.idle());
    }

    static void register(PrometheusRegistry registry, Transport transport) {
        Gauges gauges = new Gauges(registry);
        gauges.gauge(
                "slipway_event_loops",
                "Threads that read requests and write answers.",
                () -> transport.use().eventLoops());
        gauges.gauge(
                "slipway_event_loop_tasks_waiting",
                "Tasks that wait for an event loop.",
                () -> transport.use().tasksWaiting());
        gauges.gauge("slipway_connections", "Open connections.", transport::connectionCount);
        gauges.gauge(
                "slipway_requests_in_flight",
                "Requests of any kind that are not answered: HTTP requests, gRPC calls, and gRPC streams that are open.",
                "kind",
                () -> {
                    Transport.Use use = transport.use();
                    return Map.of("http", use.http(), "grpc", use.grpc(), "grpc-stream", use.streams());
                });
        gauges.gauge("slipway_body_bytes", "Memory that bodies of requests hold.", transport::heldBytes);
        gauges.gauge(
                "slipway_body_bytes_limit",
                "Memory that they may hold.",
                () -> transport.use().heldBytesMax());
    }

    static void register(PrometheusRegistry registry, Tls tls) {
        Gauges gauges = new Gauges(registry);
        gauges.gauge(
                "slipway_certificate_remaining_seconds",
                "Until the server's certificate ends; below 0 once it has.",
                () -> Duration.between(
                                Instant.now(), tls.certificate().getNotAfter().toInstant())
                        .toSeconds());
        gauges.gauge(
                "slipway_certificate_faults",
                "1 when the files of the certificate are broken now; what they held before counts.",
                () -> tls.fault() == null ? 0 : 1);
    }

    static void register(PrometheusRegistry registry, AccessLog log) {
        new Gauges(registry)
                .counter(
                        "slipway_access_log_dropped_total",
                        "Requests that are missing in the access log: too many at once, or it can't be written.",
                        log::dropped);
    }

    static void register(PrometheusRegistry registry, Refusals atTheGate, Refusals onTheWay) {
        CounterWithCallback.builder()
                .name("slipway_refused_total")
                .help("Requests that were refused before it was known what they ask for.")
                .labelNames("reason")
                .callback(callback -> {
                    for (Refusals.Reason reason : Refusals.Reason.values()) {
                        callback.call((double) (atTheGate.counted(reason) + onTheWay.counted(reason)), reason.word());
                    }
                })
                .register(registry);
    }

    /** The process, the JVM, and which build this is. Takes some tens of milliseconds: not while the server starts. */
    static void registerProcess(PrometheusRegistry registry) {
        JvmMetrics.builder().register(registry);
        Info.builder()
                .name("slipway_build_info")
                .help("Which build runs, and on which Java.")
                .labelNames("version", "java")
                .register(registry)
                .addLabelValues(Version.OF_THIS_BUILD, Runtime.version().toString());
    }
}

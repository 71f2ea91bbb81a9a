package dev.slipway.server.config;

import dev.slipway.core.policy.RetryPolicy;
import dev.slipway.server.transport.Access;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of how the server runs, and what can't change while it does. Null is what the file does not say.
 *
 * @param listeners where to listen
 * @param limits how long, and with how many threads
 * @param stateFolder where revisions are kept, absolute
 * @param cache where what is fetched is kept
 * @param triton what clients of Triton may do beside asking models
 * @param callers who may ask
 * @param signing whose models are served
 * @param metrics how much is counted
 * @param tracing where traces go
 * @param logging what is written down of it all
 * @param predictionLog where predictions are taken down
 */
public record StartConfig(
        Listeners listeners,
        Limits limits,
        @Nullable String stateFolder,
        Cache cache,
        Triton triton,
        Callers callers,
        SigningConfig signing,
        MetricsConfig metrics,
        TracingConfig tracing,
        LoggingConfig logging,
        PredictionLogConfig predictionLog) {
    /** Nothing is said. */
    public static final StartConfig NONE = new StartConfig(
            Listeners.NONE,
            Limits.NONE,
            null,
            Cache.NONE,
            Triton.NONE,
            Callers.NONE,
            SigningConfig.NONE,
            MetricsConfig.NONE,
            TracingConfig.NONE,
            LoggingConfig.NONE,
            PredictionLogConfig.NONE);

    /** One that says nothing of what else there is. */
    public StartConfig(Listeners listeners, Limits limits, @Nullable String stateFolder, Cache cache) {
        this(listeners, limits, stateFolder, cache, Triton.NONE, Callers.NONE, SigningConfig.NONE);
    }

    /** One that says nothing of metrics, traces, logs and predictions. */
    public StartConfig(
            Listeners listeners,
            Limits limits,
            @Nullable String stateFolder,
            Cache cache,
            Triton triton,
            Callers callers,
            SigningConfig signing) {
        this(
                listeners,
                limits,
                stateFolder,
                cache,
                triton,
                callers,
                signing,
                MetricsConfig.NONE,
                TracingConfig.NONE,
                LoggingConfig.NONE,
                PredictionLogConfig.NONE);
    }

    /**
     * Who may ask. At most one of both is said.
     *
     * @param file that says who may do what, absolute
     * @param anonymous the role of everybody, where there is no such file
     */
    public record Callers(@Nullable String file, @Nullable String anonymous) {
        public static final Callers NONE = new Callers(null, null);

        /** Whether something was said at all. */
        public boolean areSaid() {
            return file != null || anonymous != null;
        }
    }

    /** The same with other signatures. */
    public StartConfig withSigning(SigningConfig changed) {
        return new StartConfig(
                listeners,
                limits,
                stateFolder,
                cache,
                triton,
                callers,
                changed,
                metrics,
                tracing,
                logging,
                predictionLog);
    }

    /** The same with other traces. */
    public StartConfig withTracing(TracingConfig changed) {
        return new StartConfig(
                listeners,
                limits,
                stateFolder,
                cache,
                triton,
                callers,
                signing,
                metrics,
                changed,
                logging,
                predictionLog);
    }

    /** The same with another prediction log. */
    public StartConfig withPredictionLog(PredictionLogConfig changed) {
        return new StartConfig(
                listeners, limits, stateFolder, cache, triton, callers, signing, metrics, tracing, logging, changed);
    }

    /**
     * What is off unless it is turned on.
     *
     * @param sharesMemory whether clients on this machine may register system shared memory
     * @param traceFolder in which clients may have traces written, absolute
     */
    public record Triton(
            @Nullable Boolean sharesMemory, @Nullable String traceFolder) {
        public static final Triton NONE = new Triton(null, null);
    }

    /**
     * @param host address to bind
     * @param port a first port; 0 for any that is free
     * @param restPort a second one
     * @param inferencePort where clients of TorchServe ask models; 0 for none
     * @param managementPort where they manage them; 0 for none
     * @param socket the absolute path of a Unix domain socket
     * @param cors whether web pages from elsewhere may call
     * @param metricsPort where those ask who look after it; 0 for none
     * @param separate whether each port serves only what it is named after
     * @param tls what is said of TLS
     */
    public record Listeners(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable Integer restPort,
            @Nullable Integer inferencePort,
            @Nullable Integer managementPort,
            @Nullable String socket,
            @Nullable Boolean cors,
            @Nullable Integer metricsPort,
            @Nullable Boolean separate,
            TlsConfig tls) {
        static final Listeners NONE =
                new Listeners(null, null, null, null, null, null, null, null, null, TlsConfig.NONE);

        private static final int INFERENCE_PORT = 8080;
        private static final int MANAGEMENT_PORT = 8081;

        /** TorchServe's ports: those that were named; its own ones where no port was named at all. */
        List<ServerOptions.MorePort> more() {
            boolean isNamed = port != null
                    || restPort != null
                    || inferencePort != null
                    || managementPort != null
                    || metricsPort != null;
            List<ServerOptions.MorePort> ports = new ArrayList<>();
            add(ports, PortKind.INFERENCE, "--inference_port", inferencePort, isNamed ? 0 : INFERENCE_PORT);
            add(ports, PortKind.MANAGEMENT, "--management_port", managementPort, isNamed ? 0 : MANAGEMENT_PORT);
            add(ports, PortKind.METRICS, "--metrics_port", metricsPort, 0);
            return ports;
        }

        private static void add(
                List<ServerOptions.MorePort> ports, PortKind kind, String flag, @Nullable Integer said, int byDefault) {
            int wanted = Objects.requireNonNullElse(said, byDefault);
            if (wanted != 0) {
                ports.add(new ServerOptions.MorePort(kind, flag, wanted));
            }
        }

        /** These where they say something, else {@code other}. */
        Listeners or(Listeners other) {
            return new Listeners(
                    first(host, other.host),
                    first(port, other.port),
                    first(restPort, other.restPort),
                    first(inferencePort, other.inferencePort),
                    first(managementPort, other.managementPort),
                    first(socket, other.socket),
                    first(cors, other.cors),
                    first(metricsPort, other.metricsPort),
                    first(separate, other.separate),
                    tls.or(other.tls));
        }
    }

    /**
     * @param requestTimeout for requests that bring no deadline of their own
     * @param drainTimeout for requests in flight when the server is told to stop
     * @param threads of each kind
     * @param retries how often a failed load is tried again; negative for as long as the version is wanted
     * @param retryInterval before the first retry
     * @param clients how much they may have
     */
    public record Limits(
            @Nullable Duration requestTimeout,
            @Nullable Duration drainTimeout,
            Threads threads,
            @Nullable Integer retries,
            @Nullable Duration retryInterval,
            ClientLimits clients) {
        static final Limits NONE = new Limits(null, null, new Threads(null, null, null), null, null, ClientLimits.NONE);

        /** These where they say something, else {@code other}. */
        public Limits or(Limits other) {
            return new Limits(
                    first(requestTimeout, other.requestTimeout),
                    first(drainTimeout, other.drainTimeout),
                    new Threads(
                            first(threads.compute, other.threads.compute),
                            first(threads.intraOp, other.threads.intraOp),
                            first(threads.load, other.threads.load)),
                    first(retries, other.retries),
                    first(retryInterval, other.retryInterval),
                    clients.or(other.clients));
        }

        /** When failed loads are tried again. */
        public RetryPolicy retryPolicy() {
            Duration first = Objects.requireNonNullElse(retryInterval, RetryPolicy.DEFAULT.first());
            Duration longest = RetryPolicy.DEFAULT.longest();
            int most = retries == null || retries < 0 ? Integer.MAX_VALUE : retries;
            return new RetryPolicy(first, first.compareTo(longest) > 0 ? first : longest, most);
        }
    }

    /**
     * @param compute that compute at once; 0 for as many as there are cores
     * @param intraOp of these, how many one run of a costly model may use
     * @param load models that load at once; 0 for half as many as there are cores
     */
    public record Threads(
            @Nullable Integer compute,
            @Nullable Integer intraOp,
            @Nullable Integer load) {
        /** What is meant on a machine that has {@code machine}. */
        public ServerOptions.Threads on(ServerOptions.Threads machine) {
            int runs = compute == null || compute <= 0 ? machine.compute() : compute;
            int loads = load == null || load <= 0 ? machine.load() : load;
            int parts = intraOp == null ? 1 : intraOp;
            return new ServerOptions.Threads(runs, Math.max(1, Math.min(parts, runs)), loads);
        }
    }

    /**
     * What is fetched from elsewhere, on this machine.
     *
     * @param folder absolute
     * @param budgetBytes for all of it together
     */
    public record Cache(@Nullable String folder, @Nullable Long budgetBytes) {
        static final Cache NONE = new Cache(null, null);
    }

    /** These where they say something, else {@code other}. */
    public StartConfig or(StartConfig other) {
        return new StartConfig(
                listeners.or(other.listeners),
                limits.or(other.limits),
                first(stateFolder, other.stateFolder),
                new Cache(first(cache.folder, other.cache.folder), first(cache.budgetBytes, other.cache.budgetBytes)),
                new Triton(
                        first(triton.sharesMemory, other.triton.sharesMemory),
                        first(triton.traceFolder, other.triton.traceFolder)),
                callers.areSaid() ? callers : other.callers,
                signing.or(other.signing),
                metrics.or(other.metrics),
                tracing.or(other.tracing),
                logging.or(other.logging),
                predictionLog.areSaid() ? predictionLog : other.predictionLog);
    }

    /** Where to listen and for how long to wait; {@link ServerOptions.Network#DEFAULT} where nothing is said. */
    public ServerOptions.Network network() {
        ServerOptions.Network byDefault = ServerOptions.Network.DEFAULT;
        return new ServerOptions.Network(
                Objects.requireNonNullElse(listeners.host, byDefault.host()),
                Objects.requireNonNullElse(listeners.port, byDefault.grpcPort()),
                Objects.requireNonNullElse(listeners.restPort, byDefault.restPort()),
                listeners.more(),
                Objects.requireNonNullElse(limits.requestTimeout, byDefault.requestTimeout()),
                Objects.requireNonNullElse(limits.drainTimeout, byDefault.drainTimeout()),
                new Access(
                        listeners.socket == null || listeners.socket.isEmpty() ? null : Path.of(listeners.socket),
                        Objects.requireNonNullElse(listeners.cors, false)),
                Objects.requireNonNullElse(listeners.separate, false),
                listeners.tls.settings());
    }

    /** What differs, as messages say it: {@code listeners.port: 8600 (running: 8500)}. */
    public List<String> differences(StartConfig running) {
        List<String> found = new ArrayList<>();
        differ(found, "listeners.host", listeners.host, running.listeners.host);
        differ(found, "listeners.port", listeners.port, running.listeners.port);
        differ(found, "listeners.rest_port", listeners.restPort, running.listeners.restPort);
        differ(found, "listeners.inference_port", listeners.inferencePort, running.listeners.inferencePort);
        differ(found, "listeners.management_port", listeners.managementPort, running.listeners.managementPort);
        differ(found, "listeners.socket", listeners.socket, running.listeners.socket);
        differ(found, "listeners.cors", listeners.cors, running.listeners.cors);
        differ(found, "listeners.metrics_port", listeners.metricsPort, running.listeners.metricsPort);
        differ(found, "listeners.separate", listeners.separate, running.listeners.separate);
        differ(found, listeners.tls, running.listeners.tls);
        differ(found, "limits.request_timeout", limits.requestTimeout, running.limits.requestTimeout);
        differ(found, "limits.drain_timeout", limits.drainTimeout, running.limits.drainTimeout);
        differ(found, "limits.compute_threads", limits.threads.compute, running.limits.threads.compute);
        differ(found, "limits.intra_op_threads", limits.threads.intraOp, running.limits.threads.intraOp);
        differ(found, "limits.load_threads", limits.threads.load, running.limits.threads.load);
        differ(found, "limits.load_retries", limits.retries, running.limits.retries);
        differ(found, "limits.load_retry_interval", limits.retryInterval, running.limits.retryInterval);
        Map<String, @Nullable Object> bounds = new HashMap<>();
        running.limits.clients.forEach(bounds::put);
        limits.clients.forEach((key, said) -> differ(found, "limits." + key, said, bounds.get(key)));
        differ(found, "state_dir", stateFolder, running.stateFolder);
        differ(found, "cache.folder", cache.folder, running.cache.folder);
        differ(found, "cache.budget", cache.budgetBytes, running.cache.budgetBytes);
        differ(found, "access.file", callers.file, running.callers.file);
        differ(found, "access.anonymous", callers.anonymous, running.callers.anonymous);
        differ(found, "triton.system_shared_memory", triton.sharesMemory, running.triton.sharesMemory);
        differ(found, "triton.trace_dir", triton.traceFolder, running.triton.traceFolder);
        differ(found, "require_signed", signing.isRequired(), running.signing.isRequired());
        differ(found, "trusted_keys", signing.trustedKeys(), running.signing.trustedKeys());
        differ(found, "metrics.peers", metrics.showsPeers(), running.metrics.showsPeers());
        differ(found, "metrics.phases", metrics.timesPhases(), running.metrics.timesPhases());
        differ(found, "metrics.series", metrics.seriesMax(), running.metrics.seriesMax());
        differ(found, "tracing.endpoint", tracing.endpoint(), running.tracing.endpoint());
        differ(found, "tracing.service_name", tracing.serviceName(), running.tracing.serviceName());
        differ(found, "tracing.sample", tracing.sample(), running.tracing.sample());
        differ(found, "tracing.trust_parent", tracing.trustsParent(), running.tracing.trustsParent());
        differ(found, "tracing.max_per_second", tracing.perSecondMax(), running.tracing.perSecondMax());
        differ(found, "tracing.queue", tracing.queue(), running.tracing.queue());
        differ(found, "tracing.interval", tracing.interval(), running.tracing.interval());
        differ(found, logging, running.logging);
        predictionLog.differences(running.predictionLog, found);
        return found;
    }

    private static void differ(List<String> found, LoggingConfig here, LoggingConfig there) {
        differ(found, "logging.format", here.format(), there.format());
        differ(found, "logging.level", here.level(), there.level());
        differ(found, "logging.levels", here.levels(), there.levels());
        differ(found, "logging.repeats", here.repeats(), there.repeats());
        differ(found, "logging.access", here.access().to(), there.access().to());
        differ(
                found,
                "logging.access_format",
                here.access().format(),
                there.access().format());
        differ(
                found,
                "logging.access_skip",
                here.access().skip(),
                there.access().skip());
        differ(
                found,
                "logging.access_file_size",
                here.access().fileBytes(),
                there.access().fileBytes());
        differ(
                found,
                "logging.access_files",
                here.access().files(),
                there.access().files());
    }

    private static void differ(List<String> found, TlsConfig here, TlsConfig there) {
        differ(found, "listeners.tls.certificate", here.certificate(), there.certificate());
        differ(found, "listeners.tls.key", here.key(), there.key());
        differ(found, "listeners.tls.client_ca", here.clientCa(), there.clientCa());
        differ(found, "listeners.tls.clients", here.clients(), there.clients());
        differ(found, "listeners.tls.reload_interval", here.reloadInterval(), there.reloadInterval());
    }

    private static void differ(List<String> found, String key, @Nullable Object here, @Nullable Object there) {
        if (!Objects.equals(here, there)) {
            found.add("%s: %s (running: %s)".formatted(key, shown(here), shown(there)));
        }
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof Enum<?> word) {
            return word.name().toLowerCase(Locale.ROOT);
        }
        return value == null ? "not said" : value instanceof Duration time ? Quantities.print(time) : value.toString();
    }

    static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one != null ? one : other;
    }
}

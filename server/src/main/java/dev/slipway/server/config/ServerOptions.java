package dev.slipway.server.config;

import dev.slipway.api.VersionPolicy;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.RetryPolicy;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.server.tls.TlsSettings;
import dev.slipway.server.transport.Access;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that a server is told.
 *
 * @param serving what is served: the part that may change while it runs
 * @param network where to listen, and for how long to wait
 * @param resources what to use
 * @param batching which requests run together, for models of which nothing else is said
 * @param origin where {@code serving} comes from
 * @param triton what is on of Triton's extensions that are off by default
 * @param callers who may ask
 * @param logging what is written of requests
 */
public record ServerOptions(
        ServingConfig serving,
        Network network,
        Resources resources,
        Batching batching,
        Origin origin,
        StartConfig.Triton triton,
        StartConfig.Callers callers,
        LoggingConfig logging) {

    /** With {@link Batching#LEARNT}, from nowhere in particular. */
    public ServerOptions(ServingConfig serving, Network network, Resources resources) {
        this(
                serving,
                network,
                resources,
                Batching.LEARNT,
                Origin.NOWHERE,
                StartConfig.Triton.NONE,
                StartConfig.Callers.NONE,
                LoggingConfig.NONE);
    }

    /**
     * With local models only.
     *
     * @param labels for each model the version that each label is to name
     */
    public ServerOptions(
            FileSystemSource.Options source,
            Map<String, Map<String, Long>> labels,
            Network network,
            Resources resources) {
        this(ServingConfig.of(source, labels), network, resources);
    }

    /** The same with other settings for batching. */
    public ServerOptions withBatching(Batching changed) {
        return new ServerOptions(serving, network, resources, changed, origin, triton, callers, logging);
    }

    /** The same serving something else. */
    public ServerOptions withServing(UnaryOperator<ServingConfig> change) {
        return new ServerOptions(change.apply(serving), network, resources, batching, origin, triton, callers, logging);
    }

    /** The same elsewhere. */
    public ServerOptions withNetwork(Network changed) {
        return new ServerOptions(serving, changed, resources, batching, origin, triton, callers, logging);
    }

    /** The same with other means. */
    public ServerOptions withResources(Resources changed) {
        return new ServerOptions(serving, network, changed, batching, origin, triton, callers, logging);
    }

    /** The same from elsewhere. */
    public ServerOptions withOrigin(Origin changed) {
        return new ServerOptions(serving, network, resources, batching, changed, triton, callers, logging);
    }

    /** The same for others. */
    public ServerOptions withCallers(StartConfig.Callers changed) {
        return new ServerOptions(serving, network, resources, batching, origin, triton, changed, logging);
    }

    /** The same with others of Triton's extensions. */
    public ServerOptions withTriton(StartConfig.Triton changed) {
        return new ServerOptions(serving, network, resources, batching, origin, changed, callers, logging);
    }

    /** The same with other logs. */
    public ServerOptions withLogging(LoggingConfig changed) {
        return new ServerOptions(serving, network, resources, batching, origin, triton, callers, changed);
    }

    /** Where local models lie at the start. */
    public FileSystemSource.Options source() {
        return SourcePlan.of(serving, serving.models()).local();
    }

    /** Memory for all models together, in bytes. */
    public long memoryBudgetBytes() {
        return serving.memoryBudgetBytes() > 0 ? serving.memoryBudgetBytes() : resources.memoryBudgetBytes();
    }

    /**
     * Where the configuration comes from, and where revisions of it are kept.
     *
     * @param file null for none
     * @param start what the file said that can't change while the server runs
     * @param stateFolder null for nowhere: revisions then end with the process
     */
    public record Origin(
            @Nullable ConfigFile file,
            StartConfig start,
            @Nullable Path stateFolder) {
        /** Flags, or a test. */
        public static final Origin NOWHERE = new Origin(null, StartConfig.NONE, null);
    }

    /**
     * @param wish whether requests may run together
     * @param parametersFile TensorFlow Serving's, which says more; null for none
     * @param latencyObjective from a request's arrival to the end of its run; zero for none
     */
    public record Batching(Wish wish, @Nullable Path parametersFile, Duration latencyObjective) {
        /** Nothing is asked for: all by measurement. */
        public static final Batching LEARNT = new Batching(Wish.NONE, null, Duration.ZERO);

        /** What somebody said of batching as such. */
        public enum Wish {
            NONE,
            ON,
            OFF
        }
    }

    /**
     * @param host address to bind
     * @param grpcPort a first port; 0 for any that is free
     * @param restPort a second port; every protocol is served on either
     * @param more ports that the server listens on as well, where nobody else does
     * @param requestTimeout for requests that bring no deadline of their own
     * @param drainTimeout for requests in flight when the server is told to stop
     * @param access further ways in
     * @param separatesPorts whether each port serves only what it is named after; else all is served on each
     * @param tls how clients are talked to over the network; null for plain text
     */
    public record Network(
            String host,
            int grpcPort,
            int restPort,
            List<MorePort> more,
            Duration requestTimeout,
            Duration drainTimeout,
            Access access,
            boolean separatesPorts,
            @Nullable TlsSettings tls) {
        public Network {
            more = List.copyOf(more);
        }

        /** With two ports. */
        public Network(String host, int grpcPort, int restPort, Duration requestTimeout, Duration drainTimeout) {
            this(host, grpcPort, restPort, List.of(), requestTimeout, drainTimeout, Access.PORTS, false, null);
        }

        /** The same with other ports beside the two. */
        public Network withMore(List<MorePort> changed) {
            return new Network(
                    host, grpcPort, restPort, changed, requestTimeout, drainTimeout, access, separatesPorts, tls);
        }

        /** The same with other ways in. */
        public Network withAccess(Access changed) {
            return new Network(
                    host, grpcPort, restPort, more, requestTimeout, drainTimeout, changed, separatesPorts, tls);
        }

        /** The same with TLS; null for plain text. */
        public Network withTls(@Nullable TlsSettings changed) {
            return new Network(
                    host, grpcPort, restPort, more, requestTimeout, drainTimeout, access, separatesPorts, changed);
        }

        /** The same with ports that serve what they are named after, or all. */
        public Network withSeparatePorts(boolean areSeparate) {
            return new Network(host, grpcPort, restPort, more, requestTimeout, drainTimeout, access, areSeparate, tls);
        }

        /** TensorFlow Serving's ports, for this machine alone: whoever lets others in has to say whom. */
        public static final Network DEFAULT =
                new Network("127.0.0.1", 8500, 8501, Duration.ofSeconds(30), Duration.ofSeconds(30));

        /** Loopback, on ports that are free. */
        public static final Network ANY_FREE_PORT =
                new Network("127.0.0.1", 0, 0, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    /**
     * A port that the server can do without.
     *
     * @param kind what it is named after
     * @param flag that names another
     * @param port 0 for any that is free
     */
    public record MorePort(PortKind kind, String flag, int port) {}

    /**
     * Threads.
     *
     * @param compute that compute at once, over all models; at least 1
     * @param intraOp of these, how many one run of a costly model may use; 1 to {@code compute}
     * @param load models that load at once, at least 1
     * @param areLoadsLow whether those leave the processor to requests, where the system allows
     */
    public record Threads(int compute, int intraOp, int load, boolean areLoadsLow) {
        /** With loads of low priority. */
        public Threads(int compute, int intraOp, int load) {
            this(compute, intraOp, load, true);
        }

        /** The same with loads of low or ordinary priority. */
        public Threads withLoadsLow(boolean areLow) {
            return new Threads(compute, intraOp, load, areLow);
        }

        /** Runs that may be made at once. */
        public int runs() {
            return compute - intraOp + 1;
        }
    }

    /**
     * @param threads how many do what
     * @param memoryBudgetBytes for all models together, in bytes, unless {@code serving} says
     * @param retries when failed loads are tried again
     * @param policy in which order versions come and go
     * @param isWarmedUp whether models may run before they are available
     * @param allowsRemoteCode whether models that are fetched from elsewhere may run code of their own
     */
    public record Resources(
            Threads threads,
            long memoryBudgetBytes,
            RetryPolicy retries,
            VersionPolicy policy,
            boolean isWarmedUp,
            boolean allowsRemoteCode) {
        /** What is fetched may run no code. */
        public Resources(
                Threads threads,
                long memoryBudgetBytes,
                RetryPolicy retries,
                VersionPolicy policy,
                boolean isWarmedUp) {
            this(threads, memoryBudgetBytes, retries, policy, isWarmedUp, false);
        }

        /** With warm-up, as each model's configuration says. */
        public Resources(Threads threads, long memoryBudgetBytes, RetryPolicy retries, VersionPolicy policy) {
            this(threads, memoryBudgetBytes, retries, policy, true);
        }

        /** The same with or without warm-up, whatever is said of a model. */
        public Resources withWarmUp(boolean warmedUp) {
            return new Resources(threads, memoryBudgetBytes, retries, policy, warmedUp, allowsRemoteCode);
        }

        /** The same for those who trust what they fetch, or don't. */
        public Resources withRemoteCode(boolean allowed) {
            return new Resources(threads, memoryBudgetBytes, retries, policy, isWarmedUp, allowed);
        }

        /** All cores, half of them for loading, and of memory what the JVM's heap leaves, less a tenth. */
        public static Resources ofThisMachine() {
            int cores = Runtime.getRuntime().availableProcessors();
            long heap = Runtime.getRuntime().maxMemory();
            long machine = machineMemoryBytes();
            long budget = Math.max(machine - heap - machine / 10, machine / 10);
            Threads threads = new Threads(cores, 1, Math.max(1, cores / 2));
            return new Resources(threads, budget, RetryPolicy.DEFAULT, new AvailabilityPreserving());
        }

        /** Of the container, where there is one. */
        private static long machineMemoryBytes() {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system
                    ? system.getTotalMemorySize()
                    : 4 * Runtime.getRuntime().maxMemory();
        }
    }
}

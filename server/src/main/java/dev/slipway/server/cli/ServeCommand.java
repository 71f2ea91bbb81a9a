package dev.slipway.server.cli;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.Banner;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.archive.FetchedLoader;
import dev.slipway.server.config.Policies;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.logging.Logs;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slipway serve}: serves models until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves models, until it is told to stop.",
        footer = {
            "",
            "Examples:",
            "  slipway serve examples/models",
            "  slipway serve model.onnx --rest_api_port=9000",
            "  slipway serve --models fraud=/models/fraud,iris=https://models.example/iris.tar.gz",
            "  slipway serve --config=slipway.yaml",
            "  slipway serve --model_name=digits --model_base_path=/models/digits --port=8500 --rest_api_port=8501",
            "",
            "TensorFlow Serving's flags keep their names. Every protocol is served on each port."
        })
public final class ServeCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());

    /** What a change of version preserves. */
    enum Preserve {
        AVAILABILITY,
        RESOURCE
    }

    /** Null when picocli was not needed to read the arguments. */
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    final SourceFlags sourceFlags = new SourceFlags();

    @Mixin
    private final BatchingFlags batchingFlags = new BatchingFlags();

    @Mixin
    private final TritonFlags tritonFlags = new TritonFlags();

    @Mixin
    private final LogFlags logFlags = new LogFlags();

    @Mixin
    private final CallerFlags callerFlags = new CallerFlags();

    @Option(names = "--port", paramLabel = "PORT", description = "A first port (8500); 0 for any that is free.")
    @Nullable
    Integer port;

    @Option(names = "--rest_api_port", paramLabel = "PORT", description = "A second port (8501).")
    @Nullable
    Integer restApiPort;

    @Option(
            names = "--inference_port",
            paramLabel = "PORT",
            description =
                    "A port for clients of TorchServe (8080 where no port is named, if nobody else has it; 0: none).")
    @Nullable
    Integer inferencePort;

    @Option(
            names = "--management_port",
            paramLabel = "PORT",
            description =
                    "A port for those who manage it (8081 where no port is named, if nobody else has it; 0: none).")
    @Nullable
    Integer managementPort;

    @Option(
            names = "--metrics_port",
            paramLabel = "PORT",
            description = "A port for those who look after it, if nobody else has it (none).")
    private @Nullable Integer metricsPort;

    @Option(
            names = "--separate_ports",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Whether each port serves only what it is named after (false): --port, --rest_api_port and"
                    + " --inference_port models, --management_port their management, --metrics_port metrics.")
    private @Nullable Boolean separatesPorts;

    @Mixin
    private final TlsFlags tlsFlags = new TlsFlags();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address to listen on (127.0.0.1: this machine; 0.0.0.0: all).")
    @Nullable
    String host;

    @Option(
            names = "--grpc_socket_path",
            paramLabel = "PATH",
            description = "A Unix domain socket on which every protocol is served too.")
    private @Nullable Path grpcSocketPath;

    @Option(
            names = "--rest_api_enable_cors_support",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Whether web pages from elsewhere may call the REST protocols (false).")
    private @Nullable Boolean isCorsAllowed;

    @Option(
            names = "--enable_model_warmup",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Whether models run before they are available, as is said of each (${DEFAULT-VALUE}).")
    private boolean isWarmedUp = true;

    @Option(
            names = "--rest_api_timeout_in_ms",
            paramLabel = "MS",
            description = "Milliseconds for a request that brings no deadline of its own (30000).")
    private @Nullable Long timeoutMillis;

    @Option(
            names = "--drain_timeout_seconds",
            paramLabel = "S",
            description = "Seconds that requests in flight have when the server is told to stop (30).")
    private @Nullable Long drainSeconds;

    @Option(
            names = {"--compute_threads", "--tensorflow_intra_op_parallelism"},
            paramLabel = "N",
            description = "Requests that run at once, over all models (0: as many as there are cores).")
    private @Nullable Integer computeThreads;

    @Option(
            names = "--intra_op_threads",
            paramLabel = "N",
            description = "Threads that one run of a costly model may use (1): more answer a lonely request"
                    + " sooner, and fewer requests a second.")
    private @Nullable Integer intraOpThreads;

    @Option(
            names = "--num_load_threads",
            paramLabel = "N",
            description = "Models that load at once (0: half as many as there are cores).")
    private @Nullable Integer loadThreads;

    @Option(
            names = "--low_priority_loads",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Whether models that load leave the processor to requests, where the system allows"
                    + " (${DEFAULT-VALUE}).")
    private boolean lowPriorityLoads = true;

    @Option(
            names = "--max_num_load_retries",
            paramLabel = "N",
            description = "How often a failed load is tried again (-1: as long as the model is wanted).")
    private @Nullable Integer retriesMax;

    @Option(
            names = "--load_retry_interval_micros",
            paramLabel = "US",
            description = "Microseconds before the first retry; doubles up to 5 minutes (1000000).")
    private @Nullable Long retryMicros;

    @Option(
            names = "--memory_budget_mb",
            paramLabel = "MIB",
            description = "MiB that models may have together (0: what the machine has, less the JVM's heap).")
    private long memoryBudgetMib;

    @Option(
            names = "--version_policy",
            paramLabel = "WHAT",
            description = "availability: load the new version before the old one goes (${DEFAULT-VALUE}); resource: the"
                    + " other way, for models that do not fit twice.")
    private Preserve versionPolicy = Preserve.AVAILABILITY;

    @Option(
            names = FetchedLoader.FLAG,
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Whether models that are fetched from URLs and object stores may run code of their own: handlers"
                            + " in Python, worker.yaml (${DEFAULT-VALUE}).")
    private boolean allowsRemoteCode;

    /** Takes flags of TensorFlow Serving's that ask for what is so anyway, or change nothing but speed. */
    @Option(
            names = {"--enable_grpc_healthcheck_service", "--num_unload_threads"},
            paramLabel = "VALUE",
            hidden = true,
            arity = "0..1",
            fallbackValue = "true",
            description = "Accepted for TensorFlow Serving's sake; changes nothing.")
    void ignore(String value) {
        LOG.log(Level.DEBUG, "a flag with value {0} changes nothing here", value);
    }

    @Override
    public Integer call() throws InterruptedException {
        // That of the JVM: the process began with the launcher, which may have built everything first.
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        ServerOptions options = options();
        Logs.configure(options.logging(), System.getenv());
        SlipwayServer server = SlipwayServer.start(options);
        TerminationSignals.handle(() -> stop(server));
        if (readsFiles(server.options())) {
            // Without a file, SIGHUP ends the process as ever: the terminal was closed.
            TerminationSignals.onHangUp(() -> reload(server));
        }
        new Banner(server, out()).print(start);
        new CountDownLatch(1).await();
        return CommandLine.ExitCode.OK;
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, Charset.defaultCharset())
                : spec.commandLine().getOut();
    }

    ServerOptions options() {
        SourceFlags.Chosen chosen = sourceFlags.choose(
                System.getenv(), Path.of("").toAbsolutePath(), memoryBudgetMib > 0 ? memoryBudgetMib << 20 : 0);
        ServerOptions.Resources machine = ServerOptions.Resources.ofThisMachine();
        StartConfig start = flags().or(chosen.start());
        ServerOptions.Resources resources = new ServerOptions.Resources(
                start.limits().threads().on(machine.threads()).withLoadsLow(lowPriorityLoads),
                machine.memoryBudgetBytes(),
                start.limits().retryPolicy(),
                versionPolicy == Preserve.AVAILABILITY ? Policies.AVAILABILITY : Policies.RESOURCE,
                isWarmedUp,
                allowsRemoteCode);
        return new ServerOptions(chosen.serving(), start.network(), resources)
                .withBatching(batchingFlags.choose())
                .withOrigin(chosen.origin())
                .withTriton(start.triton())
                .withCallers(start.callers())
                .withLogging(start.logging());
    }

    /** What the command line says of how the server runs; it goes before what a file says. */
    private StartConfig flags() {
        return new StartConfig(
                new StartConfig.Listeners(
                        host,
                        port,
                        restApiPort,
                        inferencePort,
                        managementPort,
                        grpcSocketPath == null || grpcSocketPath.toString().isEmpty()
                                ? null
                                : grpcSocketPath.toAbsolutePath().toString(),
                        isCorsAllowed,
                        metricsPort,
                        separatesPorts,
                        tlsFlags.config()),
                new StartConfig.Limits(
                        timeoutMillis == null ? null : Duration.ofMillis(timeoutMillis),
                        drainSeconds == null ? null : Duration.ofSeconds(drainSeconds),
                        new StartConfig.Threads(computeThreads, intraOpThreads, loadThreads),
                        retriesMax,
                        retryMicros == null
                                ? null
                                : Duration.ofNanos(Math.multiplyExact(Math.max(1000, retryMicros), 1000L)),
                        StartConfig.NONE.limits().clients()),
                null,
                StartConfig.NONE.cache(),
                tritonFlags.choose(),
                callerFlags.choose(),
                StartConfig.NONE.signing(),
                StartConfig.NONE.metrics(),
                StartConfig.NONE.tracing(),
                logFlags.choose(),
                StartConfig.NONE.predictionLog());
    }

    /** Whether there are files that are read again while the server runs, beside those of models. */
    private static boolean readsFiles(ServerOptions options) {
        return options.origin().file() != null
                || options.callers().file() != null
                || options.network().tls() != null;
    }

    /** What is wrong is told by the log. */
    private static void reload(SlipwayServer server) {
        server.lookAgain();
        if (server.options().origin().file() == null) {
            return;
        }
        try {
            server.control().reload("SIGHUP");
        } catch (SlipwayException e) {
            LOG.log(Level.WARNING, "SIGHUP changed nothing: {0}", e.getMessage());
        }
    }

    /** Stops in order, and ends the process with 0. */
    private void stop(SlipwayServer server) {
        out().println("Stopping: requests in flight have %d s to finish."
                .formatted(server.options().network().drainTimeout().toSeconds()));
        out().flush();
        boolean finished = server.stop();
        out().println(finished ? "Stopped." : "Stopped; some requests were cut off.");
        out().flush();
        if (finished) {
            System.exit(CommandLine.ExitCode.OK);
        }
        // Native runs go on: the hooks of an orderly exit would close the runtime under them.
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }
}

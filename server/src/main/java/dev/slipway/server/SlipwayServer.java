package dev.slipway.server;

import dev.slipway.access.Need;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener;
import dev.slipway.core.ComputePool;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.WarmUp;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.source.Backends;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.traffic.Traffic;
import dev.slipway.server.access.AccessControl;
import dev.slipway.server.access.Gate;
import dev.slipway.server.archive.ArchiveBackend;
import dev.slipway.server.archive.FetchedLoader;
import dev.slipway.server.backend.InstalledBackends;
import dev.slipway.server.config.BatchingFiles;
import dev.slipway.server.config.Home;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelConfigFile;
import dev.slipway.server.config.ModelFolders;
import dev.slipway.server.config.RemoteSources;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.control.ConfigThread;
import dev.slipway.server.control.ConfigWatch;
import dev.slipway.server.control.Control;
import dev.slipway.server.control.Fitting;
import dev.slipway.server.control.Forecast;
import dev.slipway.server.control.Inventory;
import dev.slipway.server.control.RevisionFolder;
import dev.slipway.server.control.RevisionLog;
import dev.slipway.server.control.RunningControl;
import dev.slipway.server.control.ServingSwitch;
import dev.slipway.server.endpoint.GrpcRouter;
import dev.slipway.server.endpoint.RestRouter;
import dev.slipway.server.endpoint.SeparatePorts;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.endpoint.management.Managed;
import dev.slipway.server.limits.Limiter;
import dev.slipway.server.management.ConfigText;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.Models;
import dev.slipway.server.management.StateFeed;
import dev.slipway.server.metrics.Metrics;
import dev.slipway.server.provenance.FileHashes;
import dev.slipway.server.signing.Signatures;
import dev.slipway.server.tls.Tls;
import dev.slipway.server.tls.TlsSettings;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.RestHandler;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.triton.LogSettings;
import dev.slipway.server.triton.SharedRegions;
import dev.slipway.server.triton.Statistics;
import dev.slipway.server.triton.Traces;
import dev.slipway.server.triton.TritonExtensions;
import dev.slipway.server.triton.TritonModels;
import dev.slipway.server.warmup.ModelWarmUp;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server, joined by hand. Read this first: bytes come in through the {@link Transport}; the routers turn them into
 * requests; {@link Serving} borrows what they are for through the core's one door, the {@link InferenceService}, from
 * what the {@link Manager} has loaded, which does as the {@link FileSystemSource} wishes, with what the {@link Backends}
 * know; and the {@link Dispatcher} runs them, on the event loop that brought them or on the {@link ComputePool}.
 */
public final class SlipwayServer {
    /** What is left for unloading when requests have taken all of the drain's time. */
    private static final Duration UNLOAD_TIME = Duration.ofSeconds(10);

    /** Between two looks at who may do what. */
    private static final Duration ACCESS_POLL = Duration.ofSeconds(2);

    private final ServerOptions options;
    private final InstalledBackends backends;
    private final TrafficPath path;
    private final @Nullable SharedRegions regions;
    private final BatchingFiles batching;
    private final ServingSwitch serves;
    private final RunningControl control;
    private final Management management;
    private final ConfigThread configThread = new ConfigThread();
    private final Readiness readiness = new Readiness();
    private final Serving serving;
    private final SeparatePorts separate = new SeparatePorts();
    private final Transport transport;
    private final AccessControl access;
    private final Limiter limiter;
    private final Onlookers onlookers;
    private final @Nullable Tls tls;
    private final Ports ports;

    /** @param opened is told of what has to be closed when this throws */
    private SlipwayServer(ServerOptions options, List<ServingListener> listeners, LongSupplier clock, Opened opened) {
        this.options = options;
        // First: who may ask, and a certificate that does not fit, are told before anything is loaded.
        access = AccessControl.open(options.callers(), options.network().host());
        opened.add(access::close);
        limiter = new Limiter(access::sharing, clock);
        TlsSettings secured = options.network().tls();
        Tls shown = secured == null ? null : Tls.open(secured);
        tls = shown;
        if (shown != null) {
            opened.add(shown::close);
        }
        TransportOptions transportOptions = Ports.options(options, tls);
        onlookers = Onlookers.open(options);
        opened.add(onlookers::abandon);
        ServerOptions.Resources resources = options.resources();
        ServerOptions.Threads threads = resources.threads();
        backends = InstalledBackends.open(Home.folder(), new BackendSettings(threads.compute(), threads.intraOp()));
        AtomicBoolean isUnloaded = new AtomicBoolean(true);
        opened.add(() -> {
            if (isUnloaded.get()) {
                backends.close();
            }
        });

        Backends[] all = new Backends[1];
        RemoteSources remote = new RemoteSources(
                options.origin().start().cache(),
                System.getenv(),
                (model, path) -> FetchedLoader.of(all[0].loader(model, path), resources.allowsRemoteCode()));
        // Asked once it is there: the files of batching know where models lie from what is switched to.
        ServingSwitch[] self = new ServingSwitch[1];
        FileHashes hashes = new FileHashes();
        Signatures signatures = Signatures.of(
                options.origin().start().signing(), model -> self[0].said(model), hashes, remote::artifacts);
        Backends known =
                ArchiveBackend.before(backends.all(), remote::artifacts).guarded(signatures);
        all[0] = known;
        batching = new BatchingFiles(options.batching(), new ModelFolders(() -> self[0].local(), known::recognises));
        opened.add(batching::close);

        StartConfig.Triton asked = options.triton();
        String traceFolder = asked.traceFolder();
        Traces traces = new Traces(traceFolder == null ? null : Path.of(traceFolder));
        Statistics statistics = new Statistics(Clock.systemUTC());
        regions = Boolean.TRUE.equals(asked.sharesMemory()) ? new SharedRegions(SharedRegions.DEV_SHM) : null;

        Metrics metrics = onlookers.metrics();
        StateFeed states = new StateFeed();
        List<ServingListener> told = new ArrayList<>(List.of(metrics, readiness, batching, new LogListener(), states));
        told.add(statistics);
        told.add(traces);
        told.addAll(onlookers.listeners());
        told.addAll(listeners);
        ManagerOptions managing = new ManagerOptions(
                resources.policy(),
                resources.retries(),
                threads.load(),
                threads.areLoadsLow(),
                options.memoryBudgetBytes(),
                resources.isWarmedUp()
                        ? new ModelWarmUp(model -> self[0].of(model).warmUp())
                        : WarmUp.NONE,
                told);
        path = new TrafficPath(managing, threads.runs());
        opened.add(() -> isUnloaded.set(path.close(UNLOAD_TIME.toNanos())));
        path.showIn(metrics);
        metrics.watch(batching);
        metrics.watch(backends);
        metrics.watch(access);
        metrics.watch(limiter);
        Fitting fitting = new Fitting(path.manager(), model -> self[0].of(model).form(), hashes);
        // What Triton's files say is known before what is put around a model, which carries it on.
        TritonModels tritonModels = new TritonModels(fitting);
        serves = new ServingSwitch(switchParts(known, remote, fitting, tritonModels), options.serving());
        self[0] = serves;
        opened.add(serves::close);
        opened.add(configThread::close);
        batching.start(path.dispatcher()::configure, options.serving().poll());

        // Ports don't wait for models: a server that loads is alive, and says that it is not ready.
        control = startControl();
        metrics.watch(control);
        management = new Management(Models.of(manager()), control);
        opened.add(management::close);
        states.watch(management::stateChanged);
        metrics.watch(management.operations());
        readiness.requires(serves::required, serves::isUnloaded, statuses());
        readiness.loadedWith(serves.firstLook().thenCompose(done -> manager().settled()));

        serving = new Serving(
                path.engine(), statuses(), new Serving.Looking(limiter, onlookers.observers(), metrics, traces));
        Managed managed = new Managed(
                management,
                states,
                ConfigText.of(control),
                message -> ModelConfigFile.of(message).models(),
                manager().timer());
        TritonExtensions triton = new TritonExtensions(
                tritonModels, statistics, new LogSettings(LogSwitch.now(), LogSwitch::apply), traces, regions);
        RestRouter rest = new RestRouter(serving, readiness, path.dispatcher()::states, managed, triton);
        GrpcRouter grpc = new GrpcRouter(serving, readiness, managed, triton);
        Gate gate = access.gate(rest, grpc);
        boolean areSeparate = options.network().separatesPorts();
        transport = new Transport(
                transportOptions,
                onlookers.before(areSeparate ? separate.before((RestHandler) gate) : gate),
                onlookers.before(areSeparate ? separate.before((GrpcHandler) gate) : gate),
                GrpcRouter.services(),
                onlookers.accessLog());

        metrics.watch(transport, tls);
        metrics.watch(gate.refusals(), transport.refusals());
        access.watch(ACCESS_POLL);
        ports = Ports.open(transport, options.network());
        separate.opened(ports.kinds());
    }

    private ServingSwitch.Parts switchParts(
            Backends known, RemoteSources remote, Fitting fitting, TritonModels tritonModels) {
        Forecast forecast = new Forecast(
                new Inventory(known),
                statuses(),
                options.resources().memoryBudgetBytes(),
                options.resources().policy());
        return new ServingSwitch.Parts(
                tritonModels,
                (model, settings) -> {
                    traffic().configure(model, settings.lifecycle(), settings.traffic());
                    limiter.configure(model, settings.limits());
                    fitting.changed(model);
                    onlookers.configure(model, settings.observed());
                },
                batching::ask,
                bytes -> manager()
                        .resources()
                        .changeBudget(bytes > 0 ? bytes : options.resources().memoryBudgetBytes()),
                local -> new FileSystemSource(local, known),
                remote,
                forecast,
                configThread);
    }

    private RunningControl startControl() {
        ServerOptions.Origin origin = options.origin();
        Path state = origin.stateFolder();
        RevisionLog log =
                new RevisionLog(Clock.tickMillis(ZoneOffset.UTC), state == null ? null : new RevisionFolder(state));
        RunningControl started = new RunningControl(
                serves, log, new RunningControl.Began(origin.file(), origin.start()), options.serving());
        ConfigWatch watch = new ConfigWatch(started, configThread);
        watch.refresh(serves::refresh, options.serving().poll());
        if (origin.file() != null) {
            watch.watch(origin.file());
        }
        return started;
    }

    private void closeSources() {
        access.close();
        management.close();
        configThread.close();
        serves.close();
        batching.close();
        if (tls != null) {
            tls.close();
        }
        if (regions != null) {
            regions.close();
        }
    }

    /** Begins to load what the options name, and opens the ports. */
    public static SlipwayServer start(ServerOptions options) {
        return start(options, List.of());
    }

    /** As {@link #start(ServerOptions)}; {@code listeners} are told of what happens. */
    public static SlipwayServer start(ServerOptions options, List<ServingListener> listeners) {
        return start(options, listeners, System::nanoTime);
    }

    /** @param clock that limits are counted by, in nanoseconds */
    static SlipwayServer start(ServerOptions options, List<ServingListener> listeners, LongSupplier clock) {
        Opened opened = new Opened();
        boolean isStarted = false;
        try {
            SlipwayServer server = new SlipwayServer(options, listeners, clock, opened);
            isStarted = true;
            return server;
        } finally {
            if (!isStarted) {
                opened.close();
            }
        }
    }

    public ServerOptions options() {
        return options;
    }

    /** The first port; every protocol is served on either. */
    public int grpcPort() {
        return ports.grpc();
    }

    /** The second port; every protocol is served on either. */
    public int restPort() {
        return ports.rest();
    }

    /** Further ports, in the order of the options, without those that could not be had. */
    public List<Integer> morePorts() {
        return ports.more();
    }

    /** Whether somebody who shows nothing may do that. */
    boolean letsAnybody(Need need) {
        return access.letsAnybody(need);
    }

    /** What there is to say of every model, by name; a live view. */
    public SortedMap<String, ModelStatus> statuses() {
        return manager().statuses();
    }

    /** What is served, and how: looked at and changed. */
    public Control control() {
        return control;
    }

    /** Reads now what is read again and again: who may do what, and certificates. What is wrong is told by the log. */
    public void lookAgain() {
        access.look();
        if (tls != null) {
            tls.lookAgain();
        }
    }

    /** What holds for a model now. */
    public ModelConfig modelConfig(String model) {
        return serves.of(model);
    }

    /** How requests are divided among versions. */
    Traffic traffic() {
        return path.traffic();
    }

    public Manager manager() {
        return path.manager();
    }

    public InferenceService inference() {
        return path.inference();
    }

    /** Memory that request bodies hold now, in bytes. */
    public long heldBytes() {
        return transport.heldBytes();
    }

    /** What TensorFlow Serving's REST interface answers to a predict request, made without a network. */
    public String predictJson(String model, String body) {
        return serving.predictJson(model, body);
    }

    /** Waits until everything that was there at the start is loaded, or has failed to; answers whether it is. */
    public boolean awaitReady(Duration patience) {
        return readiness.await(patience);
    }

    /**
     * Stops in order: not ready; no new connections, GOAWAY to those there are; requests in flight finish; models are
     * unloaded; threads end.
     *
     * @return whether all requests were answered and all models closed in time
     */
    public boolean stop() {
        readiness.stopping();
        long end = System.nanoTime() + options.network().drainTimeout().toNanos();
        management.close();
        boolean answered = transport.stop(options.network().drainTimeout());
        onlookers.requestsEnded(Duration.ofNanos(end - System.nanoTime()));
        closeSources();
        boolean unloaded = path.close(Math.max(end - System.nanoTime(), UNLOAD_TIME.toNanos()));
        if (unloaded) {
            backends.close();
        }
        onlookers.close();
        return answered && unloaded;
    }
}

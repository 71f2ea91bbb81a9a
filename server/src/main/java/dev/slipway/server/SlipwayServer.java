package dev.slipway.server;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener;
import dev.slipway.api.Split;
import dev.slipway.core.ComputePool;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.source.Backends;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.traffic.Router;
import dev.slipway.core.traffic.Traffic;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.server.config.BackendFolders;
import dev.slipway.server.config.BatchingFiles;
import dev.slipway.server.config.Home;
import dev.slipway.server.config.ModelFolders;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.WarmUpConfig;
import dev.slipway.server.endpoint.GrpcRouter;
import dev.slipway.server.endpoint.RestRouter;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import dev.slipway.server.warmup.ModelWarmUp;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server, joined by hand. Read this first: bytes come in through the {@link Transport}; the routers turn them into
 * requests; {@link Serving} has the {@link Router} borrow what they are for, through the core's one door, the
 * {@link InferenceService}, from
 * what the {@link Manager} has loaded, which does as the {@link FileSystemSource} wishes, with what the {@link Backends}
 * know; and the {@link Dispatcher} runs them, on the event loop that brought them or on the {@link ComputePool}.
 */
public final class SlipwayServer {
    private static final System.Logger LOG = System.getLogger(SlipwayServer.class.getName());

    /** Requests that wait for one model at most. */
    private static final int QUEUE_MAX = 4096;

    /** Of the heap, what the outputs of one request may take: encoded they are a few times as much. */
    private static final int ANSWER_SHARE = 16;

    /** What is left for unloading when requests have taken all of the drain's time. */
    private static final Duration UNLOAD_TIME = Duration.ofSeconds(10);

    private final ServerOptions options;
    private final List<Backend> backends;
    private final Manager manager;
    private final ComputePool compute;
    private final Traffic traffic;
    private final InferenceService inference;
    private final Dispatcher dispatcher;
    private final BatchingFiles batching;
    private final FileSystemSource source;
    private final Readiness readiness = new Readiness();
    private final Serving serving;
    private final Transport transport;
    private final int grpcPort;
    private final int restPort;

    private SlipwayServer(ServerOptions options, List<ServingListener> listeners) {
        this.options = options;
        ServerOptions.Resources resources = options.resources();
        ServerOptions.Threads threads = resources.threads();
        backends = BackendFolders.open(Home.folder(), new BackendSettings(threads.compute(), threads.intraOp()));

        Backends known = new Backends(backends);
        batching = new BatchingFiles(options.batching(), new ModelFolders(options.source(), known::recognises));

        Metrics metrics = new Metrics();
        List<ServingListener> told = new ArrayList<>(List.of(metrics, readiness, batching, new LogListener()));
        told.addAll(listeners);
        manager = new Manager(new ManagerOptions(
                resources.policy(),
                resources.retries(),
                threads.load(),
                threads.areLoadsLow(),
                resources.memoryBudgetBytes(),
                new ModelWarmUp(model -> WarmUpConfig.DEFAULT),
                told));
        compute = new ComputePool(threads.runs(), QUEUE_MAX);
        traffic = new Traffic(manager, compute);
        told.add(traffic);
        Listeners listening = new Listeners(told);
        inference = new InferenceService(manager, listening);
        dispatcher = new Dispatcher(manager.map(), compute, listening, manager.timer());
        metrics.watch(manager, dispatcher);
        metrics.watch(batching);
        metrics.watch(traffic);
        batching.start(dispatcher::configure, options.source().poll());

        // Ports don't wait for models: a server that loads is alive, and says that it is not ready.
        options.labels().forEach((model, labels) -> {
            Map<String, Split> wishes = new TreeMap<>();
            labels.forEach((label, version) -> wishes.put(label, Split.of(version)));
            traffic.configure(model, ModelSettings.DEFAULT.withLabels(wishes), TrafficSettings.DEFAULT);
        });
        source = new FileSystemSource(options.source(), known);
        source.start(manager);
        CompletableFuture<Void> loaded = source.firstLook().thenCompose(done -> manager.settled());
        readiness.loadedWith(loaded);

        long answerBytesMax = Runtime.getRuntime().maxMemory() / ANSWER_SHARE;
        serving = new Serving(
                new Serving.Engine(inference, new Router(inference, traffic), dispatcher, compute, answerBytesMax),
                manager.statuses(),
                metrics);
        RestRouter rest = new RestRouter(serving, readiness, dispatcher::states);
        GrpcRouter grpc = new GrpcRouter(serving, readiness);
        transport = new Transport(transportOptions(options.network()), rest, grpc, grpc.services());

        List<Integer> ports = openPorts();
        grpcPort = ports.get(0);
        restPort = ports.get(ports.size() - 1);
    }

    private List<Integer> openPorts() {
        boolean isOpen = false;
        try {
            List<Integer> ports = transport.start();
            isOpen = true;
            return ports;
        } finally {
            if (!isOpen) {
                source.close();
                batching.close();
                unload(UNLOAD_TIME.toNanos());
                compute.close();
            }
        }
    }

    /** Begins to load what the options name, and opens the ports. */
    public static SlipwayServer start(ServerOptions options) {
        return start(options, List.of());
    }

    /** As {@link #start(ServerOptions)}; {@code listeners} are told of what happens. */
    public static SlipwayServer start(ServerOptions options, List<ServingListener> listeners) {
        return new SlipwayServer(options, listeners);
    }

    private static TransportOptions transportOptions(ServerOptions.Network network) {
        boolean one = network.grpcPort() == network.restPort() && network.grpcPort() != 0;
        TransportTimeouts patience = TransportTimeouts.DEFAULT;
        return new TransportOptions(
                network.host(),
                one ? List.of(network.grpcPort()) : List.of(network.grpcPort(), network.restPort()),
                Runtime.getRuntime().availableProcessors(),
                TransportLimits.defaults(),
                new TransportTimeouts(
                        patience.requestRead(),
                        patience.answerRead(),
                        patience.idle(),
                        network.requestTimeout(),
                        patience.requestMax()));
    }

    public ServerOptions options() {
        return options;
    }

    /** The first port; every protocol is served on either. */
    public int grpcPort() {
        return grpcPort;
    }

    /** The second port; every protocol is served on either. */
    public int restPort() {
        return restPort;
    }

    /** What there is to say of every model, by name; a live view. */
    public SortedMap<String, ModelStatus> statuses() {
        return manager.statuses();
    }

    public Manager manager() {
        return manager;
    }

    /** What decides which versions a model's requests go to; labels are to be configured here. */
    public Traffic traffic() {
        return traffic;
    }

    public InferenceService inference() {
        return inference;
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
        boolean answered = transport.stop(options.network().drainTimeout());
        source.close();
        batching.close();
        boolean unloaded = unload(Math.max(end - System.nanoTime(), UNLOAD_TIME.toNanos()));
        compute.close();
        if (unloaded) {
            backends.forEach(Backend::close);
        }
        return answered && unloaded;
    }

    private boolean unload(long nanos) {
        try {
            return manager.close().get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "models were still in use when the time to stop was over");
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "models could not be unloaded", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}

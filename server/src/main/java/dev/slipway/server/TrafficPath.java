package dev.slipway.server;

import dev.slipway.api.ServingListener;
import dev.slipway.core.ComputePool;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.traffic.Router;
import dev.slipway.core.traffic.Traffic;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.metrics.Metrics;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The core's parts as a request meets them: which version it goes to, what lends that, and what runs it. */
final class TrafficPath {
    private static final System.Logger LOG = System.getLogger(TrafficPath.class.getName());

    /** Requests that wait for one model at most. */
    private static final int QUEUE_MAX = 4096;

    /** Of the heap, what the outputs of one request may take: encoded they are a few times as much. */
    private static final int ANSWER_SHARE = 16;

    /** Of the heap, what the states of all sequences may take. */
    private static final int STATE_SHARE = 8;

    private final Manager manager;
    private final ComputePool compute;
    private final Traffic traffic;
    private final InferenceService inference;
    private final Dispatcher dispatcher;
    private final Sequences sequences;

    /**
     * @param options of the manager; its listeners are told of requests too
     * @param runs requests that run at once
     */
    TrafficPath(ManagerOptions options, int runs) {
        manager = new Manager(options);
        compute = new ComputePool(runs, QUEUE_MAX);
        traffic = new Traffic(manager, compute);
        List<ServingListener> told = new ArrayList<>(options.listeners());
        told.add(traffic);
        Listeners listeners = new Listeners(told);
        inference = new InferenceService(manager, listeners);
        dispatcher = new Dispatcher(manager.map(), compute, listeners, manager.timer());
        sequences =
                new Sequences(inference, manager.timer(), Runtime.getRuntime().maxMemory() / STATE_SHARE);
    }

    void showIn(Metrics metrics) {
        metrics.watch(manager, dispatcher, compute);
        metrics.watch(traffic);
        metrics.watch(sequences);
    }

    Manager manager() {
        return manager;
    }

    /** How requests are divided among versions. */
    Traffic traffic() {
        return traffic;
    }

    InferenceService inference() {
        return inference;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Where the endpoints have requests run. */
    Serving.Engine engine() {
        return new Serving.Engine(
                inference,
                new Router(inference, traffic),
                dispatcher,
                compute,
                sequences,
                Runtime.getRuntime().maxMemory() / ANSWER_SHARE);
    }

    /** Unloads all models and ends the threads; whether the models were all closed in time. */
    boolean close(long nanos) {
        boolean isUnloaded = unload(nanos);
        compute.close();
        return isUnloaded;
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

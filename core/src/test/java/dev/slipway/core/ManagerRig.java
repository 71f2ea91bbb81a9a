package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.ModelSettings.Residency;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.RetryPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A manager of fake models, whose time a test turns; closing it checks that nothing is left. */
final class ManagerRig implements AutoCloseable {
    static final ModelSettings ON_DEMAND = new ModelSettings(Map.of(), Residency.ON_DEMAND, false, false, null);
    static final ModelSettings PINNED = new ModelSettings(Map.of(), Residency.ON_DEMAND, true, false, null);
    static final ModelSettings UNLOADED = new ModelSettings(Map.of(), Residency.PRELOADED, false, true, null);

    final StateLog log = new StateLog();
    final ManualTimer timer = new ManualTimer();
    final Manager manager;
    private final int openBefore = FakeModel.OPEN.get();

    ManagerRig() {
        this(Long.MAX_VALUE);
    }

    ManagerRig(long memoryBytes) {
        this(new AvailabilityPreserving(), memoryBytes, WarmUp.NONE);
    }

    ManagerRig(VersionPolicy policy, long memoryBytes, WarmUp warmUp) {
        ManagerThreads own = ManagerThreads.own(4);
        ManagerThreads threads = new ManagerThreads(own.loop(), own.loads(), own.unloads(), timer, own.stop());
        manager = new Manager(
                new ManagerOptions(policy, RetryPolicy.DEFAULT, 4, memoryBytes, warmUp, List.of(log)), timer, threads);
    }

    void aspire(String model, FakeModel... versions) {
        manager.aspire(new AspiredVersions(
                model, Arrays.stream(versions).map(FakeModel::wish).toList()));
    }

    /** Has a model loaded on demand that is there but asleep. */
    void onDemand(String model, FakeModel... versions) {
        manager.configure(model, ON_DEMAND);
        aspire(model, versions);
        barrier(model);
    }

    void demand(String model) {
        get(manager.demand(model, VersionChoice.LATEST));
    }

    /** Waits until a demand is answered, well or not. */
    void demandEnds(CompletableFuture<Void> demand) {
        ManagerRig.get(demand.handle((done, failed) -> true));
    }

    /** Waits until all that was asked of the manager before has been answered, of a model that is known. */
    void barrier(String model) {
        get(manager.gone(model, Long.MAX_VALUE));
    }

    VersionStatus status(String model, long version) {
        return manager.statuses().get(model).versions().stream()
                .filter(v -> v.version() == version)
                .findFirst()
                .orElseThrow();
    }

    VersionState state(String model, long version) {
        return status(model, version).state();
    }

    /** Borrows, as a request would, and answers the version; -1 when there is none. */
    long ask(String model, VersionChoice choice) {
        try (Handle handle = manager.map().tryBorrow(model, choice)) {
            return handle == null ? -1 : handle.id().version();
        }
    }

    long ask(String model) {
        return ask(model, VersionChoice.LATEST);
    }

    static ModelSettings labels(ModelSettings settings, String label, Map<Long, Integer> weights) {
        return settings.withLabels(Map.of(label, new Split(weights)));
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        assertThat(get(manager.close())).isTrue();
        assertThat(FakeModel.OPEN.get()).isEqualTo(openBefore);
        assertThat(manager.resources().reservedBytes()).isZero();
        assertThat(manager.map().handlesOpen()).isZero();
    }
}

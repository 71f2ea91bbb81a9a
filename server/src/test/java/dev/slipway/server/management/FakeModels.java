package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.Load;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Models whose loads and ends come when a test says so. */
public final class FakeModels implements Models {
    public static final Instant SINCE = Instant.parse("2026-11-21T12:00:00Z");

    private final SortedMap<String, ModelStatus> statuses = new ConcurrentSkipListMap<>();
    private final Map<ServableId, CompletableFuture<Void>> loads = new ConcurrentHashMap<>();
    private final Map<ServableId, CompletableFuture<Void>> ends = new ConcurrentHashMap<>();
    private final List<ServableId> cancelled = new ArrayList<>();

    /** Has a model with versions, all in one state. */
    public FakeModels with(String model, VersionState state, long... versions) {
        List<VersionStatus> all = new ArrayList<>();
        for (long version : versions) {
            all.add(new VersionStatus(version, state, SINCE, "onnx", 100, null, null));
        }
        return with(new ModelStatus(model, all, Map.of(), Map.of(), Map.of(), null));
    }

    public FakeModels with(ModelStatus status) {
        statuses.put(status.name(), status);
        return this;
    }

    /** The end of a load, for the test to bring about. */
    public CompletableFuture<Void> loading(String model, long version) {
        return loads.computeIfAbsent(new ServableId(model, version), id -> new CompletableFuture<>());
    }

    /** The end of a version, for the test to bring about. */
    public CompletableFuture<Void> going(String model, long version) {
        return ends.computeIfAbsent(new ServableId(model, version), id -> new CompletableFuture<>());
    }

    public synchronized List<ServableId> cancelled() {
        return List.copyOf(cancelled);
    }

    @Override
    public SortedMap<String, ModelStatus> statuses() {
        return statuses;
    }

    @Override
    public CompletableFuture<Load> load(String model, OptionalLong version) {
        ModelStatus status = statuses.get(model);
        if (status == null
                || (version.isPresent()
                        && status.versions().stream().noneMatch(one -> one.version() == version.getAsLong()))) {
            return CompletableFuture.failedFuture(
                    new SlipwayException(ErrorCode.NOT_FOUND, "model '%s' has no such version".formatted(model)));
        }
        long number = version.orElseGet(
                () -> status.versions().get(status.versions().size() - 1).version());
        ServableId id = new ServableId(model, number);
        return CompletableFuture.completedFuture(new Load(id, loading(model, number), () -> cancel(id)));
    }

    private synchronized void cancel(ServableId id) {
        cancelled.add(id);
    }

    @Override
    public CompletableFuture<Void> gone(String model, long version) {
        return going(model, version);
    }
}

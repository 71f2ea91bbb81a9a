package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The one loop that acts: takes wishes, asks the policy for the next step of each model, has versions loaded and
 * unloaded on pools of their own, publishes what is served, and tells the listeners.
 *
 * <p>All fields but those marked otherwise are touched on the loop's thread only; other threads post events. A burst of
 * events is answered in five steps: publish what was loaded; tell of it; ask the policies; tell what will be retired;
 * publish without it. So a listener never hears that a version is available before it is, or still sees one that it
 * was told is unloading vanish first.
 */
public final class Manager implements Source.Target {
    private final ManagerOptions options;
    private final Clock clock;
    private final ManagerThreads threads;
    private final EventLoop loop;
    private final Loading loading;
    private final Announcer announcer;
    private final ServingMap map = new ServingMap();
    private final ResourceTracker resources;

    /** Read by any thread; written on the loop. */
    private final ConcurrentNavigableMap<String, ModelStatus> statuses = new ConcurrentSkipListMap<>();

    private final Map<String, ModelRecord> models = new HashMap<>();
    private final Set<ModelRecord> touched = new LinkedHashSet<>();
    private final List<Slot> retired = new ArrayList<>();
    private final List<Runnable> loads = new ArrayList<>();

    /** Versions that were refused for want of memory. */
    private final Set<Harness> starved = new HashSet<>();

    /** Complete once nothing waits to be loaded. */
    private final List<CompletableFuture<Void>> settling = new ArrayList<>();

    /** Complete once everything is unloaded. */
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    private boolean closing;

    public Manager(ManagerOptions options) {
        this(options, Clock.tickMillis(ZoneOffset.UTC), ManagerThreads.own(options.loadThreads()));
    }

    Manager(ManagerOptions options, Clock clock, ManagerThreads threads) {
        this.options = options;
        this.clock = clock;
        this.threads = threads;
        this.resources = new ResourceTracker(options.memoryBudgetBytes());
        this.loading = new Loading(resources);
        this.announcer = new Announcer(options.listeners());
        this.loop = new EventLoop(threads.loop(), this::react);
    }

    /** Where retries wait; others may have things run there that take next to no time. */
    public Timer timer() {
        return threads.timer();
    }

    /** What is served, for requests to borrow from. */
    public ServingMap map() {
        return map;
    }

    /** What there is to say of every model, by name; a live view. */
    public ConcurrentNavigableMap<String, ModelStatus> statuses() {
        return statuses;
    }

    public ResourceTracker resources() {
        return resources;
    }

    @Override
    public void aspire(AspiredVersions wanted) {
        loop.post(() -> {
            if (!closing) {
                touch(wanted.model()).aspire(wanted.versions(), clock.instant()).forEach(announcer::note);
            }
        });
    }

    @Override
    public void unseen(String model, SlipwayException reason) {
        loop.post(() -> touch(model).unseen(reason));
    }

    /** States, whole, what is wished of a model beside its versions; {@link ModelSettings#DEFAULT} forgets it. */
    public void configure(String model, ModelSettings settings) {
        loop.post(() -> touch(model).configure(settings));
    }

    /**
     * Has the version that a request asks for loaded, if it is dormant. Of any number of callers the first starts the
     * load, and all wait for it.
     *
     * @return completes once the version can be borrowed; fails with a {@link SlipwayException} that says why it can't
     */
    public CompletableFuture<Void> demand(String model, VersionChoice choice) {
        throw new UnsupportedOperationException();
    }

    /**
     * Loads a version: at once if it is dormant, anew if it is quarantined. Joins a load that is under way; answers a done
     * one for a version that is available.
     *
     * @param version which; empty for the newest that is wanted
     * @return fails with {@link ErrorCode#NOT_FOUND} when no source wants that version, naming those that are wanted
     */
    public CompletableFuture<Load> load(String model, OptionalLong version) {
        throw new UnsupportedOperationException();
    }

    /** Completes once a version is neither loaded nor being loaded; at once for one that is not known. */
    public CompletableFuture<Void> gone(String model, long version) {
        throw new UnsupportedOperationException();
    }

    /** Completes once all that was wished for before has been loaded, or has failed to for now. */
    public CompletableFuture<Void> settled() {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        loop.post(() -> settling.add(waiter));
        return waiter;
    }

    /**
     * Unloads everything and stops the manager's threads. Requests that hold a handle are waited for.
     *
     * @return completes with true when all is closed
     */
    public CompletableFuture<Boolean> close() {
        loop.post(() -> {
            closing = true;
            models.values().forEach(model -> {
                model.aspire(List.of(), clock.instant());
                touched.add(model);
            });
        });
        return closed.whenComplete((all, failed) -> threads.close());
    }

    private ModelRecord touch(String name) {
        ModelRecord model = models.computeIfAbsent(name, ModelRecord::new);
        touched.add(model);
        return model;
    }

    private void react() {
        publish();
        announcer.announce();
        touched.forEach(this::reconcile);
        refreshStatuses();
        announcer.announce();
        publish();
        retired.forEach(Slot::giveBack);
        retired.clear();
        loads.forEach(threads.loads()::execute);
        loads.clear();
        forgetAndFinish();
    }

    private void reconcile(ModelRecord model) {
        Instant now = clock.instant();
        for (Harness harness : List.copyOf(model.harnesses())) {
            if (harness.isEndable()) {
                starved.remove(harness);
                model.end(harness, now);
                announcer.note(harness);
            } else if (harness.hasUntriedFiles()) {
                if (harness.state() == VersionState.QUARANTINED) {
                    harness.reset(now);
                    announcer.note(harness);
                } else {
                    startLoad(model, harness);
                }
            }
        }
        Optional<VersionPolicy.Action> action = options.policy().next(model.forPolicy());
        while (action.isPresent()) {
            long version = action.get().version();
            Harness harness = model.harnesses().stream()
                    .filter(h -> h.id().version() == version)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("policy names unknown version " + version));
            if (action.get() instanceof VersionPolicy.Load) {
                startLoad(model, harness);
            } else {
                startUnload(harness);
            }
            announcer.note(harness);
            action = options.policy().next(model.forPolicy());
        }
    }

    private void startLoad(ModelRecord model, Harness harness) {
        starved.remove(harness);
        harness.cancelRetry();
        harness.beginLoad(clock.instant());
        AspiredVersions.Version wish = harness.wish();
        loads.add(() -> {
            try {
                if (!harness.isAspired()) {
                    throw new SlipwayException(ErrorCode.CANCELLED, "wanted no longer");
                }
                Loading.Loaded loaded = loading.load(wish.loader());
                loop.post(() -> loaded(model, harness, loaded));
            } catch (SlipwayException e) {
                loop.post(() -> failed(model, harness, e));
            }
        });
    }

    private void loaded(ModelRecord model, Harness harness, Loading.Loaded loaded) {
        touched.add(model);
        Slot[] self = new Slot[1];
        Slot slot = new Slot(
                harness.id(),
                loaded.servable(),
                () -> threads.unloads().execute(() -> {
                    loading.unload(harness.id(), loaded);
                    loop.post(() -> unloaded(model, harness, self[0]));
                }));
        self[0] = slot;
        Slot replaced = harness.endLoad(slot, loaded.bytes(), clock.instant());
        if (replaced != null) {
            model.beginDrain();
            retired.add(replaced);
        }
        announcer.note(harness);
    }

    private void failed(ModelRecord model, Harness harness, SlipwayException reason) {
        touched.add(model);
        Instant now = clock.instant();
        harness.failLoad(reason, now);
        announcer.note(harness);
        if (reason.code() == ErrorCode.RESOURCE_EXHAUSTED) {
            starved.add(harness);
        }
        Optional<Duration> delay = options.retries().delay(reason.code(), harness.failures());
        if (delay.isPresent() && harness.isAspired()) {
            Runnable cancel = threads.timer().schedule(delay.get(), () -> loop.post(() -> retry(model, harness)));
            harness.planRetry(now.plus(delay.get()), cancel);
        }
    }

    private void retry(ModelRecord model, Harness harness) {
        if (model.owns(harness)) {
            touched.add(model);
            if (harness.retry(clock.instant())) {
                announcer.note(harness);
            }
        }
    }

    private void startUnload(Harness harness) {
        harness.beginUnload(clock.instant());
        Slot slot = harness.slot();
        if (slot != null) {
            retired.add(slot);
        }
    }

    private void unloaded(ModelRecord model, Harness harness, Slot slot) {
        touched.add(model);
        starved.remove(harness);
        if (harness.slot() != slot) {
            // A slot that was replaced goes without its version.
            model.endDrain();
        } else if (model.owns(harness)) {
            Harness again = model.end(harness, clock.instant());
            announcer.note(harness);
            if (again != null) {
                announcer.note(again);
            }
        }
        List.copyOf(starved).forEach(hungry -> {
            ModelRecord owner = models.get(hungry.id().model());
            if (owner != null) {
                retry(owner, hungry);
            }
        });
    }

    /** Swaps the map for one that shows the touched models as they are now. */
    private void publish() {
        if (!touched.isEmpty()) {
            Map<String, ServingMap.Model> next = new HashMap<>(map.snapshot());
            for (ModelRecord model : touched) {
                ServingMap.Model shown = model.forMap();
                if (shown.versions().isEmpty()) {
                    next.remove(model.name());
                } else {
                    next.put(model.name(), shown);
                }
            }
            map.publish(next);
            refreshStatuses();
        }
    }

    private void refreshStatuses() {
        touched.forEach(model -> statuses.put(model.name(), model.status()));
    }

    private void forgetAndFinish() {
        for (ModelRecord model : touched) {
            boolean done = model.isForgettable() || (closing && model.isEmpty());
            if (done && models.remove(model.name(), model)) {
                statuses.remove(model.name());
            }
        }
        touched.clear();
        if (!settling.isEmpty() && models.values().stream().noneMatch(ModelRecord::isLoading)) {
            settling.forEach(waiter -> waiter.complete(null));
            settling.clear();
        }
        if (closing && models.isEmpty()) {
            closed.complete(true);
        }
    }
}

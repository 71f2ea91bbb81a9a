package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.api.VersionChoice;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Supplier;

/**
 * The one loop that acts: takes wishes, asks the policy for the next step of each model, has versions loaded and
 * unloaded on pools of their own, publishes what is served, and tells the listeners.
 *
 * <p>All that the loop works with is touched on its thread only; other threads post events. A burst of events is answered
 * in these steps: publish what was loaded; tell of it; ask the policies; make room for what needs memory; tell what will
 * be retired; publish without it; answer those who waited. So a listener never hears that a version is available before
 * it is, or still sees one that it was told is unloading vanish first.
 */
public final class Manager implements Source.Target {
    private final ManagerThreads threads;
    private final Clock clock;
    private final EventLoop loop;
    private final ResourceTracker resources;
    private final Fleet fleet = new Fleet();
    private final Announcer announcer;
    private final Lifecycle lifecycle;
    private final Reconciler reconciler;
    private final Demands demands;

    /** Complete once nothing waits to be loaded. */
    private final List<CompletableFuture<Void>> settling = new ArrayList<>();

    /** Complete once everything is unloaded. */
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    private boolean closing;

    public Manager(ManagerOptions options) {
        this(
                options,
                Clock.tickMillis(ZoneOffset.UTC),
                ManagerThreads.own(options.loadThreads(), options.areLoadsLow()));
    }

    Manager(ManagerOptions options, Clock clock, ManagerThreads threads) {
        this.clock = clock;
        this.threads = threads;
        this.resources = new ResourceTracker(options.memoryBudgetBytes());
        this.announcer = new Announcer(options.listeners());
        this.loop = new EventLoop(threads.loop(), this::react);
        this.lifecycle =
                new Lifecycle(new Lifecycle.Surroundings(options, clock, threads, loop, resources), fleet, announcer);
        this.reconciler = new Reconciler(options.policy(), lifecycle, announcer);
        this.demands = new Demands(fleet, lifecycle, loop);
    }

    /** Where retries wait; others may have things run there that take next to no time. */
    public Timer timer() {
        return threads.timer();
    }

    /** What is served, for requests to borrow from. */
    public ServingMap map() {
        return fleet.map();
    }

    /** What there is to say of every model, by name; a live view. */
    public ConcurrentNavigableMap<String, ModelStatus> statuses() {
        return fleet.statuses();
    }

    public ResourceTracker resources() {
        return resources;
    }

    @Override
    public void aspire(AspiredVersions wanted) {
        loop.post(() -> {
            if (!closing) {
                fleet.touch(wanted.model())
                        .aspire(wanted.versions(), clock.instant())
                        .forEach(announcer::note);
            }
        });
    }

    @Override
    public void unseen(String model, SlipwayException reason) {
        loop.post(() -> fleet.touch(model).unseen(reason));
    }

    /** States, whole, what is wished of a model beside its versions; {@link ModelSettings#DEFAULT} forgets it. */
    public void configure(String model, ModelSettings settings) {
        configure(model, settings, Map.of());
    }

    /**
     * As {@link #configure(String, ModelSettings)}, for labels some of which were sent back.
     *
     * @param rolledBack why, by label; for the status alone
     */
    public void configure(String model, ModelSettings settings, Map<String, String> rolledBack) {
        loop.post(() -> fleet.touch(model).configure(settings, rolledBack));
    }

    /**
     * Has the version that a request asks for loaded, if it is dormant. Of any number of callers the first starts the
     * load, and all wait for it.
     *
     * @return completes once the version can be borrowed; who attached before that borrows on the manager's thread, and finds
     *     it; who comes later may find that it has made room for others, and asks again. Fails with a
     *     {@link SlipwayException} that says why it can't be had
     */
    public CompletableFuture<Void> demand(String model, VersionChoice choice) {
        return ask(() -> demands.demand(model, choice));
    }

    /**
     * Loads a version: at once if it is dormant, anew if it is quarantined. Joins a load that is under way; answers a done
     * one for a version that is available.
     *
     * @param version which; empty for the newest that is wanted
     * @return fails with {@link ErrorCode#NOT_FOUND} when no source wants that version, naming those that are wanted; with
     *     {@link ErrorCode#FAILED_PRECONDITION} while the model's settings say that it is unloaded. Completes, as does the
     *     load, on the manager's thread: work belongs elsewhere
     */
    public CompletableFuture<Load> load(String model, OptionalLong version) {
        return ask(() -> CompletableFuture.completedFuture(demands.load(model, version)));
    }

    /** Completes once a version is neither loaded nor being loaded; at once for one that is not known. */
    public CompletableFuture<Void> gone(String model, long version) {
        return ask(() -> demands.gone(model, version));
    }

    /** Has a question answered on the loop, for as long as there is one. */
    @SuppressWarnings("FutureReturnValueIgnored") // What comes of it is the answer.
    private <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable asking = () -> {
            try {
                if (closing) {
                    throw stopping();
                }
                question.get().whenComplete((value, failed) -> {
                    if (failed == null) {
                        answer.complete(value);
                    } else {
                        boolean isWrapped = failed instanceof CompletionException && failed.getCause() != null;
                        answer.completeExceptionally(isWrapped ? failed.getCause() : failed);
                    }
                });
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        };
        loop.ask(asking, () -> answer.completeExceptionally(stopping()));
        return answer;
    }

    private static SlipwayException stopping() {
        return new SlipwayException(ErrorCode.UNAVAILABLE, "the server is shutting down");
    }

    /** Completes once all that was wished for before has been loaded, or has failed to for now. */
    public CompletableFuture<Void> settled() {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        loop.ask(() -> settling.add(waiter), () -> waiter.complete(null));
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
            fleet.models().forEach(model -> {
                model.aspire(List.of(), clock.instant());
                fleet.touch(model);
            });
        });
        return closed.whenComplete((all, failed) -> threads.close());
    }

    private void react() {
        fleet.publish();
        announcer.announce();
        fleet.touched().forEach(reconciler::reconcile);
        lifecycle.makeRoom();
        fleet.tell();
        announcer.announce();
        fleet.publish();
        lifecycle.act();
        List<ModelRecord> changed = fleet.touched();
        fleet.endBurst(closing);
        changed.forEach(demands::endBurst);
        if (!settling.isEmpty() && fleet.models().stream().noneMatch(ModelRecord::isLoading)) {
            settling.forEach(waiter -> waiter.complete(null));
            settling.clear();
        }
        if (closing && fleet.models().isEmpty()) {
            closed.complete(true);
        }
    }
}

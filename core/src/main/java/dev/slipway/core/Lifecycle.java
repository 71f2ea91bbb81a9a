package dev.slipway.core;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes versions from state to state: loads them, and unloads them. Used on the manager's loop alone. */
final class Lifecycle implements MemoryLine.Actions {
    private static final String CALLED_OFF = "the load was called off";

    private final ManagerOptions options;
    private final Clock clock;
    private final ManagerThreads threads;
    private final EventLoop loop;
    private final Fleet fleet;
    private final Announcer announcer;
    private final Loading loading;
    private final MemoryLine line;
    private final List<Slot> retired = new ArrayList<>();
    private final List<LoadTask> loads = new ArrayList<>();

    /**
     * What the manager's parts share.
     *
     * @param loop where other threads' news go
     */
    record Surroundings(
            ManagerOptions options, Clock clock, ManagerThreads threads, EventLoop loop, ResourceTracker resources) {}

    Lifecycle(Surroundings around, Fleet fleet, Announcer announcer) {
        this.options = around.options();
        this.clock = around.clock();
        this.threads = around.threads();
        this.loop = around.loop();
        this.fleet = fleet;
        this.announcer = announcer;
        this.loading = new Loading(around.resources(), options.warmUp());
        this.line = new MemoryLine(around.resources(), System::nanoTime, fleet::models);
    }

    /** Makes room for loads that wait for memory. */
    void makeRoom() {
        if (line.serve(this)) {
            loop.post(() -> {});
        }
    }

    MemoryLine line() {
        return line;
    }

    /** Does what was decided, now that it is published. */
    void act() {
        List.copyOf(retired).forEach(Slot::giveBack);
        retired.clear();
        loads.forEach(threads.loads()::execute);
        loads.clear();
    }

    /** Has a version that sleeps, or could not be loaded, loaded. */
    void wake(Harness harness) {
        line.forget(harness);
        harness.wake(clock.instant());
        announcer.note(harness);
    }

    /** It is to be tried as if for the first time. */
    void startAfresh(Harness harness) {
        harness.reset(clock.instant());
        announcer.note(harness);
    }

    void sleep(Harness harness, String why) {
        line.forget(harness);
        harness.sleep(clock.instant(), why);
        announcer.note(harness);
    }

    void end(ModelRecord model, Harness harness) {
        line.forget(harness);
        Harness again = model.end(harness, clock.instant());
        announcer.note(harness);
        if (again != null) {
            announcer.note(again);
        } else {
            harness.waiters()
                    .fail(new SlipwayException(
                            ErrorCode.UNAVAILABLE, "model '%s': wanted no longer".formatted(harness.id())));
        }
    }

    /** Nobody waits for the load any more: it ends as soon as it can, and is not tried again by itself. */
    void callOff(ModelRecord model, Harness harness) {
        fleet.touch(model);
        harness.callOff();
        if (!harness.isLoading() && harness.state() == VersionState.NEW) {
            fail(harness, new SlipwayException(ErrorCode.CANCELLED, CALLED_OFF));
        }
    }

    void startLoad(ModelRecord model, Harness harness) {
        line.forget(harness);
        LoadTask task = taskFor(model, harness);
        harness.beginLoad(task, clock.instant());
        loads.add(task);
    }

    private LoadTask taskFor(ModelRecord model, Harness harness) {
        return new LoadTask(
                harness.id(),
                harness.aspiration().wish().loader(),
                loading,
                harness::isWanted,
                new LoadTask.Progress() {
                    @Override
                    public void warming() {
                        loop.post(() -> warmingUp(model, harness));
                    }

                    @Override
                    public void loaded(Loading.Loaded loaded) {
                        loop.post(() -> Lifecycle.this.loaded(model, harness, loaded));
                    }

                    @Override
                    public void failed(SlipwayException reason) {
                        loop.post(() -> Lifecycle.this.failed(model, harness, reason));
                    }

                    @Override
                    public void skipped() {
                        loop.post(() -> Lifecycle.this.skipped(model, harness));
                    }
                });
    }

    @Override
    public void loadAgain(ModelRecord model, Harness harness) {
        LoadTask task = taskFor(model, harness);
        if (harness.isCalledOff()) {
            task.interrupt();
        }
        harness.continueLoad(task);
        loads.add(task);
    }

    private void warmingUp(ModelRecord model, Harness harness) {
        fleet.touch(model);
        if (harness.beginWarmUp(clock.instant())) {
            announcer.note(harness);
        }
    }

    private void loaded(ModelRecord model, Harness harness, Loading.Loaded loaded) {
        if (isInVain(harness)) {
            line.leaves(loaded.bytes());
            threads.unloads().execute(() -> {
                loading.unload(harness.id(), loaded);
                loop.post(() -> {
                    line.left(loaded.bytes());
                    failed(model, harness, new SlipwayException(ErrorCode.CANCELLED, CALLED_OFF));
                });
            });
            return;
        }
        warmingUp(model, harness);
        Slot[] self = new Slot[1];
        Slot slot = new Slot(
                harness.id(),
                loaded.servable(),
                () -> threads.unloads().execute(() -> {
                    loading.unload(harness.id(), loaded);
                    loop.post(() -> unloaded(model, harness, self[0], loaded.bytes()));
                }));
        self[0] = slot;
        long replacedBytes = harness.heldBytes();
        Slot replaced = harness.endLoad(slot, loaded, clock.instant());
        if (replaced != null) {
            model.beginDrain(harness.id().version());
            line.leaves(replacedBytes);
            retired.add(replaced);
        }
        announcer.note(harness);
    }

    /** Whether a load was called off, and nobody has asked for it since. */
    private static boolean isInVain(Harness harness) {
        return harness.isCalledOff() && harness.waiters().isEmpty();
    }

    private void skipped(ModelRecord model, Harness harness) {
        if (isInVain(harness)) {
            failed(model, harness, new SlipwayException(ErrorCode.CANCELLED, CALLED_OFF));
            return;
        }
        fleet.touch(model);
        if (harness.skipLoad(clock.instant())) {
            announcer.note(harness);
        }
    }

    private void failed(ModelRecord model, Harness harness, SlipwayException reason) {
        fleet.touch(model);
        if (harness.isCalledOff()) {
            if (isInVain(harness)) {
                fail(harness, new SlipwayException(ErrorCode.CANCELLED, CALLED_OFF, reason.getCause()));
            } else {
                skipped(model, harness);
            }
        } else if (reason instanceof MemoryShortage shortage && harness.isWanted()) {
            line.add(model, harness, shortage.neededBytes());
        } else {
            quarantine(model, harness, reason);
        }
    }

    @Override
    public void refuse(ModelRecord model, Harness harness, MemoryShortage reason) {
        fleet.touch(model);
        quarantine(model, harness, reason);
    }

    private void fail(Harness harness, SlipwayException reason) {
        harness.failLoad(reason, clock.instant());
        announcer.note(harness);
    }

    /** Shows why a load failed, and plans the next attempt if time may help. */
    private void quarantine(ModelRecord model, Harness harness, SlipwayException reason) {
        fail(harness, reason);
        if (reason.code() == ErrorCode.RESOURCE_EXHAUSTED) {
            if (model.isOnDemand() && harness.slot() == null) {
                // The next request asks again; by itself it would only push out what others use.
                return;
            }
            line.starve(harness, reason instanceof MemoryShortage shortage ? shortage.neededBytes() : 0);
        }
        Optional<Duration> delay = options.retries().delay(reason.code(), harness.failures());
        if (delay.isPresent() && harness.aspiration().isAspired()) {
            Runnable cancel = threads.timer().schedule(delay.get(), () -> loop.post(() -> retry(model, harness)));
            harness.planRetry(clock.instant().plus(delay.get()), cancel);
        }
    }

    private void retry(ModelRecord model, Harness harness) {
        if (model.owns(harness)) {
            fleet.touch(model);
            if (harness.retry(clock.instant())) {
                announcer.note(harness);
            }
        }
    }

    @Override
    public void evict(ModelRecord model, Harness harness, Harness by) {
        fleet.touch(model);
        startUnload(harness, "made room for " + by.id(), true);
    }

    void startUnload(Harness harness, String why, boolean comesBack) {
        harness.beginUnload(clock.instant(), why, comesBack);
        announcer.note(harness);
        Slot slot = harness.slot();
        if (slot != null) {
            line.leaves(harness.heldBytes());
            retired.add(slot);
        }
    }

    private void unloaded(ModelRecord model, Harness harness, Slot slot, long bytes) {
        fleet.touch(model);
        line.left(bytes);
        if (harness.slot() != slot) {
            // A slot that was replaced goes without its version.
            model.endDrain(harness.id().version());
        } else if (model.owns(harness)) {
            if (harness.isReturning() && harness.aspiration().isAspired()) {
                line.forget(harness);
                harness.endUnload(clock.instant(), model.sleepReason(harness));
                announcer.note(harness);
            } else {
                end(model, harness);
            }
        }
        for (Harness hungry : line.takeSatisfiable()) {
            ModelRecord owner = fleet.find(hungry.id().model());
            if (owner != null) {
                retry(owner, hungry);
            }
        }
    }
}

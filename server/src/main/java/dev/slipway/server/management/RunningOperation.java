package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.management.Operation.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An operation, who watches it, and how to call it off. Thread-safe; its watchers are told in order, under its monitor. */
final class RunningOperation {
    private final Supplier<Instant> clock;
    private final CompletableFuture<Operation> end = new CompletableFuture<>();
    private final Set<Consumer<Operation>> watchers = new LinkedHashSet<>();
    private final List<Runnable> cancels = new ArrayList<>();
    private volatile Operation now;

    RunningOperation(Operation begun, Supplier<Instant> clock) {
        this.now = begun;
        this.clock = clock;
    }

    Operation now() {
        return now;
    }

    /** Completes with the operation once it has ended; never fails. */
    CompletableFuture<Operation> end() {
        return end.copy();
    }

    /** Adds a way to call it off; used at once if it was called off already. */
    void onCancel(Runnable cancel) {
        synchronized (this) {
            if (!now.isEnded()) {
                cancels.add(cancel);
                return;
            }
        }
        if (now.state() == State.CANCELLED) {
            cancel.run();
        }
    }

    /** Tells {@code watcher} how it stands now, and of each change; it must return at once. */
    synchronized Runnable watch(Consumer<Operation> watcher) {
        watcher.accept(now);
        if (now.isEnded()) {
            return () -> {};
        }
        watchers.add(watcher);
        return () -> forget(watcher);
    }

    private synchronized void forget(Consumer<Operation> watcher) {
        watchers.remove(watcher);
    }

    void progress(String text) {
        change(operation -> operation.withProgress(text));
    }

    /** Ends it as {@code failure} says: well when that is null. Does nothing once it has ended. */
    void finish(@Nullable Throwable failure) {
        if (failure == null) {
            change(operation -> operation.ended(State.DONE, null, clock.get()));
            return;
        }
        SlipwayException error = Failures.asSlipwayException(failure);
        State state = error.code() == ErrorCode.CANCELLED ? State.CANCELLED : State.FAILED;
        change(operation -> operation.ended(state, error, clock.get()));
    }

    /** Ends it as called off, and calls off what it waits for. */
    void cancel(String why) {
        List<Runnable> called;
        synchronized (this) {
            called = List.copyOf(cancels);
        }
        if (change(operation ->
                operation.ended(State.CANCELLED, new SlipwayException(ErrorCode.CANCELLED, why), clock.get()))) {
            called.forEach(Runnable::run);
        }
    }

    private boolean change(UnaryOperator<Operation> step) {
        synchronized (this) {
            if (now.isEnded()) {
                return false;
            }
            now = step.apply(now);
            watchers.forEach(watcher -> watcher.accept(now));
            if (!now.isEnded()) {
                return true;
            }
            watchers.clear();
            cancels.clear();
        }
        end.complete(now);
        return true;
    }
}

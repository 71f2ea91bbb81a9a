package dev.slipway.server.management;

import dev.slipway.api.ServingListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Passes every change of a version's state on to those who watch. */
public final class StateFeed implements ServingListener {
    private final List<Consumer<StateChange>> watchers = new CopyOnWriteArrayList<>();

    /**
     * @param watcher called in order, by the manager's loop: must return at once
     * @return ends it
     */
    public Runnable watch(Consumer<StateChange> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public void stateChanged(StateChange change) {
        watchers.forEach(watcher -> watcher.accept(change));
    }
}

package dev.slipway.core;

import dev.slipway.api.ServingListener;
import dev.slipway.api.ServingListener.StateChange;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Tells the listeners of each change of state, once and in order. Used on the manager's loop alone. */
final class Announcer {
    private static final System.Logger LOG = System.getLogger(Announcer.class.getName());

    private final List<ServingListener> listeners;
    private final List<StateChange> noted = new ArrayList<>();

    Announcer(List<ServingListener> listeners) {
        this.listeners = listeners;
    }

    /** Keeps the harness's present state to be told at the next {@link #announce()}. */
    void note(Harness harness) {
        noted.add(new StateChange(harness.id(), harness.state(), harness.since(), harness.error()));
    }

    void announce() {
        for (StateChange change : noted) {
            for (ServingListener listener : listeners) {
                try {
                    listener.stateChanged(change);
                } catch (RuntimeException | Error e) {
                    // Whatever it is, the manager's loop must go on.
                    LOG.log(Level.ERROR, "a listener failed on " + change, e);
                }
            }
        }
        noted.clear();
    }
}

package dev.slipway.core;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import java.lang.System.Logger.Level;
import java.util.List;

/** Tells listeners of what happens on requests' own threads; a listener's fault never costs a request its answer. */
public final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final ServingListener[] listeners;

    public Listeners(List<ServingListener> listeners) {
        this.listeners = listeners.toArray(ServingListener[]::new);
    }

    /** @see ServingListener#requestEnded */
    public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
        for (ServingListener listener : listeners) {
            try {
                listener.requestEnded(id, code, runNanos);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a listener failed on a request of " + id, e);
            }
        }
    }

    /** @see ServingListener#dispatched */
    public void dispatched(Dispatch dispatch) {
        for (ServingListener listener : listeners) {
            try {
                listener.dispatched(dispatch);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a listener failed on a run of " + dispatch.id(), e);
            }
        }
    }

    /** @see ServingListener#transformed */
    void transformed(ServableId id, ServingListener.TransformStep step, long nanos) {
        for (ServingListener listener : listeners) {
            try {
                listener.transformed(id, step, nanos);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a listener failed on a request of " + id, e);
            }
        }
    }
}

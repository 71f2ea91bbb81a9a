package dev.slipway.core;

import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;

/** A request's claim on a servable, which is not closed before the claim is. Closing twice is harmless. */
public final class Handle implements AutoCloseable {
    /** A field and no object of its own: every request has a handle. */
    private static final AtomicIntegerFieldUpdater<Handle> CLOSED =
            AtomicIntegerFieldUpdater.newUpdater(Handle.class, "closed");

    private final Slot slot;

    @SuppressWarnings("unused") // Read and written through CLOSED.
    private volatile int closed;

    /** @param slot of which the caller holds a share; the handle takes it over */
    Handle(Slot slot) {
        this.slot = slot;
    }

    public ServableId id() {
        return slot.id();
    }

    /** For use until this handle is closed. */
    public Servable servable() {
        return slot.servable();
    }

    /** Another claim on the same servable, to be closed by itself; this one must be open. */
    public Handle again() {
        if (!slot.tryShare()) {
            throw new IllegalStateException("a closed handle of " + slot.id() + " was shared (expected: an open one)");
        }
        return new Handle(slot);
    }

    /**
     * What the caller keeps beside the servable for as long as that is loaded: the one object that {@code make} made at the
     * first call.
     */
    public Object companion(Supplier<?> make) {
        return slot.companion(make);
    }

    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, 0, 1)) {
            slot.giveBack();
        }
    }
}

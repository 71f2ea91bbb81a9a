package dev.slipway.core;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** When a servable that can make room for others was last borrowed. Thread-safe; a mark is a clock's read and a write. */
final class LastUse {
    private final LongSupplier nanoClock;
    private final AtomicLong nanos;
    private volatile @Nullable Runnable whenUsed;

    /** @param nanoClock as System.nanoTime; now counts as a use */
    LastUse(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.nanos = new AtomicLong(nanoClock.getAsLong());
    }

    void mark() {
        nanos.setOpaque(nanoClock.getAsLong());
        Runnable action = whenUsed;
        if (action != null) {
            whenUsed = null;
            action.run();
        }
    }

    /** On the clock's line. */
    long nanos() {
        return nanos.getOpaque();
    }

    /**
     * Has {@code action} run at the next use, on the user's thread, now and then more than once; it must not block. Null
     * for nothing.
     */
    void whenUsed(@Nullable Runnable action) {
        whenUsed = action;
    }
}

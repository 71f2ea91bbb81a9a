package dev.slipway.core;

import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loaded servable and the count of those who use it. The map holds one share while the version is served; whoever
 * gives the last share back, map or request, has the servable closed.
 */
final class Slot {
    private final ServableId id;
    private final Servable servable;
    private final Runnable whenUnused;

    /** Starts with the map's own share. Once at 0 it stays there. */
    private final AtomicInteger shares = new AtomicInteger(1);

    private volatile @Nullable Object companion;

    /** Of versions that can make room for others; null for those that stay. */
    private volatile @Nullable LastUse lastUse;

    /** @param whenUnused called once, by whoever gives the last share back; must not block */
    Slot(ServableId id, Servable servable, Runnable whenUnused) {
        this.id = id;
        this.servable = servable;
        this.whenUnused = whenUnused;
    }

    ServableId id() {
        return id;
    }

    Servable servable() {
        return servable;
    }

    @Nullable
    LastUse lastUse() {
        return lastUse;
    }

    /** From now on uses are noted there; null for nowhere. */
    void noteUsesIn(@Nullable LastUse uses) {
        lastUse = uses;
    }

    /** A request borrows it. */
    void used() {
        LastUse uses = lastUse;
        if (uses != null) {
            uses.mark();
        }
    }

    /** Takes a share, unless the last one has been given back. */
    boolean tryShare() {
        int count;
        do {
            count = shares.get();
            if (count <= 0) {
                return false;
            }
        } while (!shares.compareAndSet(count, count + 1));
        return true;
    }

    void giveBack() {
        if (shares.decrementAndGet() == 0) {
            whenUnused.run();
        }
    }

    /** Handles that requests hold now, when the map holds its share too. */
    int shares() {
        return shares.get();
    }

    Object companion(Supplier<?> make) {
        Object there = companion;
        if (there != null) {
            return there;
        }
        synchronized (this) {
            there = companion;
            if (there == null) {
                there = make.get();
                companion = there;
            }
            return there;
        }
    }
}

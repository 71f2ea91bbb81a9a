package dev.slipway.server.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is counted now. What is not used is forgotten when there is much of it, as callers are many; what is in flight never
 * is, nor what models were asked by all, as those are few. Thread-safe.
 */
final class Meters {
    private final Map<Key, Meter> meters = new ConcurrentHashMap<>();
    private final int most;
    private final LongSupplier clock;
    /** Size at which the next look for what is unused is worth its while. */
    private volatile int sweepAt;

    /**
     * What is counted.
     *
     * @param tenant whose requests; null for those of everybody
     * @param models that they are for: a name or a pattern
     */
    record Key(@Nullable String tenant, String models) {}

    /** @param most beyond which rates that were used are forgotten too */
    Meters(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
        this.sweepAt = most;
    }

    Meter of(Key key) {
        Meter known = meters.get(key);
        if (known != null) {
            return known;
        }
        if (meters.size() >= sweepAt) {
            sweep();
        }
        return meters.computeIfAbsent(key, missing -> new Meter(clock.getAsLong()));
    }

    /** Takes out one that is {@linkplain Meter.Entry#GONE gone}, if it is still there. */
    void remove(Key key, Meter gone) {
        meters.remove(key, gone);
    }

    private synchronized void sweep() {
        if (meters.size() < sweepAt) {
            return;
        }
        long now = clock.getAsLong();
        forget((key, meter) -> meter.isUnused(now));
        if (meters.size() > most / 2) {
            // Better that some may ask a little more than that memory grows with the number of callers.
            forget((key, meter) -> key.tenant() != null);
        }
        sweepAt = Math.max(most, 2 * meters.size());
    }

    private void forget(BiPredicate<Key, Meter> which) {
        meters.forEach((key, meter) -> {
            if (which.test(key, meter) && meter.forget()) {
                meters.remove(key, meter);
            }
        });
    }

    int size() {
        return meters.size();
    }

    int inFlight(Key key) {
        Meter known = meters.get(key);
        return known == null ? 0 : known.inFlight();
    }
}

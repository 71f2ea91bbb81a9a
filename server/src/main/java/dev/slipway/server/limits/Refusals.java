package dev.slipway.server.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was refused. Thread-safe. */
final class Refusals {
    private final Map<Of, LongAdder> counts = new ConcurrentHashMap<>();

    /** @param model one that is known: those that are not have no limits */
    record Of(String model, Kind kind) {}

    void count(String model, Kind kind) {
        counts.computeIfAbsent(new Of(model, kind), missing -> new LongAdder()).increment();
    }

    /** A live view. */
    Map<Of, LongAdder> counts() {
        return counts;
    }
}

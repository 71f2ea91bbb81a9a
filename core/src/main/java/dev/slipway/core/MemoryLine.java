package dev.slipway.core;

import dev.slipway.api.VersionState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads that wait for memory, and those that were refused for want of it. Has versions that are loaded on demand unloaded
 * to make room. Touched by the manager's loop alone.
 */
final class MemoryLine {
    private final ResourceTracker resources;
    private final LongSupplier nanoClock;
    private final Supplier<Collection<ModelRecord>> models;

    /** Longest waiting first. */
    private final Map<Harness, Need> waiting = new LinkedHashMap<>();

    /** Refused, to be tried again when memory is given back, with the bytes that they need. */
    private final Map<Harness, Long> starved = new HashMap<>();

    /** Memory of what is retired, and not closed yet. */
    private long leavingBytes;

    private record Need(ModelRecord model, long bytes) {}

    /** What is done about a load that waits. */
    interface Actions {
        /** There may be room: tries again. */
        void loadAgain(ModelRecord model, Harness harness);

        /** Makes room for {@code by}. */
        void evict(ModelRecord model, Harness harness, Harness by);

        /** There will be no room. */
        void refuse(ModelRecord model, Harness harness, MemoryShortage reason);
    }

    /** @param models all that may make room */
    MemoryLine(ResourceTracker resources, LongSupplier nanoClock, Supplier<Collection<ModelRecord>> models) {
        this.resources = resources;
        this.nanoClock = nanoClock;
        this.models = models;
    }

    /** A load of {@code model} was refused; {@link #serve} decides what becomes of it. */
    void add(ModelRecord model, Harness harness, long neededBytes) {
        waiting.put(harness, new Need(model, neededBytes));
    }

    void starve(Harness harness, long neededBytes) {
        starved.put(harness, neededBytes);
    }

    void forget(Harness harness) {
        waiting.remove(harness);
        starved.remove(harness);
    }

    /** So much comes back once it is closed. */
    void leaves(long bytes) {
        leavingBytes += bytes;
    }

    void left(long bytes) {
        leavingBytes -= bytes;
    }

    /** Those that were refused, and would now fit beside what waits. */
    List<Harness> takeSatisfiable() {
        long free = freeBytes();
        for (Need need : waiting.values()) {
            free -= need.bytes();
        }
        long room = free;
        List<Harness> satisfiable = starved.entrySet().stream()
                .filter(entry -> entry.getValue() <= room)
                .map(Map.Entry::getKey)
                .toList();
        satisfiable.forEach(starved::remove);
        return satisfiable;
    }

    /**
     * Tries each load again that has room, makes room for the others, or refuses them.
     *
     * @return whether one goes on to wait for what may make room once this burst is over, with no event to say so
     */
    boolean serve(Actions actions) {
        if (waiting.isEmpty()) {
            return false;
        }
        boolean isAnyLeft = false;
        long free = freeBytes();
        long leaving = leavingBytes;
        for (Map.Entry<Harness, Need> entry : List.copyOf(waiting.entrySet())) {
            Harness harness = entry.getKey();
            ModelRecord model = entry.getValue().model();
            long needed = entry.getValue().bytes();
            if (needed <= free || !harness.isWanted() || harness.isCalledOff()) {
                free -= Math.min(free, needed);
                waiting.remove(harness);
                actions.loadAgain(model, harness);
                continue;
            }
            long missing = needed - free - leaving;
            if (missing > 0) {
                List<Eviction.Candidate> candidates = candidates();
                List<Eviction.Candidate> chosen = Eviction.choose(candidates, missing);
                if (chosen.isEmpty() && isMoreToCome(needed)) {
                    isAnyLeft |= isAnyAwaited();
                    free = 0;
                    leaving = 0;
                    continue;
                }
                if (chosen.isEmpty()) {
                    waiting.remove(harness);
                    long freeable = leaving
                            + candidates.stream()
                                    .mapToLong(Eviction.Candidate::bytes)
                                    .sum();
                    actions.refuse(model, harness, MemoryShortage.inSpiteOf(needed, free, freeable));
                    continue;
                }
                for (Eviction.Candidate evicted : chosen) {
                    leaving += evicted.bytes();
                    actions.evict(evicted.model(), evicted.harness(), harness);
                }
            }
            // What this one waits for is not there for the next.
            leaving -= needed - free;
            free = 0;
        }
        return isAnyLeft;
    }

    /** Whether what is being loaded, or about to be used for the first time, may go later and make enough room. */
    private boolean isMoreToCome(long neededBytes) {
        boolean isLoading = false;
        long staying = 0;
        for (ModelRecord model : models.get()) {
            for (Harness harness : model.harnesses()) {
                if (!mayMakeRoom(model)) {
                    staying += harness.heldBytes();
                } else {
                    isLoading |= harness.isLoading() && !waiting.containsKey(harness);
                }
            }
        }
        return neededBytes <= resources.budgetBytes() - staying && (isLoading || isAnyAwaited());
    }

    private boolean isAnyAwaited() {
        return models.get().stream()
                .filter(MemoryLine::mayMakeRoom)
                .flatMap(model -> model.harnesses().stream())
                .anyMatch(harness -> harness.state() == VersionState.AVAILABLE
                        && !harness.waiters().isEmpty());
    }

    private static boolean mayMakeRoom(ModelRecord model) {
        return model.isOnDemand() && !model.settings().isPinned();
    }

    /** Why a load that needs so much would be refused; null when there is, or can be made, room for it. */
    @Nullable
    MemoryShortage shortage(long neededBytes) {
        long freeable = leavingBytes;
        for (Eviction.Candidate candidate : candidates()) {
            freeable += candidate.bytes();
        }
        for (Need need : waiting.values()) {
            freeable -= need.bytes();
        }
        long free = freeBytes();
        return neededBytes <= free + freeable || isMoreToCome(neededBytes)
                ? null
                : MemoryShortage.inSpiteOf(neededBytes, free, Math.max(0, freeable));
    }

    private long freeBytes() {
        return Math.max(0, resources.budgetBytes() - resources.reservedBytes());
    }

    private List<Eviction.Candidate> candidates() {
        long now = nanoClock.getAsLong();
        List<Eviction.Candidate> candidates = new ArrayList<>();
        for (ModelRecord model : models.get()) {
            if (mayMakeRoom(model)) {
                for (Harness harness : model.harnesses()) {
                    Slot slot = harness.slot();
                    if (slot != null && mayGo(harness)) {
                        LastUse use = slot.lastUse();
                        long idle = use == null ? Long.MAX_VALUE : now - use.nanos();
                        candidates.add(
                                new Eviction.Candidate(model, harness, harness.heldBytes(), slot.shares() > 1, idle));
                    }
                }
            }
        }
        return candidates;
    }

    /** What somebody waits for is used before it makes room: else two that do not fit together would never be used. */
    private static boolean mayGo(Harness harness) {
        return harness.state() == VersionState.AVAILABLE
                && !harness.isLoading()
                && harness.waiters().isEmpty();
    }
}

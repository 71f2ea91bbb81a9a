package dev.slipway.core;

import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds the servable for a name, version or label. Reading takes no lock: a request sees one snapshot, and borrows from
 * it.
 */
public final class ServingMap {
    /** Never changed in place. Written by the manager's loop alone; readers see the last one published, whole. */
    private volatile Map<String, Model> snapshot = Map.of();

    ServingMap() {}

    /**
     * What is served of one model.
     *
     * @param versions by number
     * @param labels each to keys of {@code versions}, where it has a share above 0; where versions are loaded on demand
     *     also to such as are not loaded now
     * @param latest who asks for no version gets; null when that is not loaded
     * @param isOnDemand whether what is not there may be had by {@link Manager#demand}
     */
    record Model(
            NavigableMap<Long, Slot> versions,
            Map<String, Split> labels,
            @Nullable Slot latest,
            boolean isOnDemand) {
        @Nullable
        Slot find(VersionChoice choice, long ticket) {
            if (choice instanceof VersionChoice.Exact number) {
                return versions.get(number.version());
            }
            if (choice instanceof VersionChoice.Label label) {
                Split split = labels.get(label.label());
                return split == null ? null : versions.get(split.pick(ticket));
            }
            return latest;
        }
    }

    /** As {@link #tryBorrow(String, VersionChoice, long)}, with any ticket. */
    public @Nullable Handle tryBorrow(String model, VersionChoice choice) {
        long ticket = choice instanceof VersionChoice.Label
                ? ThreadLocalRandom.current().nextLong()
                : 0;
        return tryBorrow(model, choice, ticket);
    }

    /**
     * Lends the servable, or answers null when it is not served. The caller closes the handle.
     *
     * @param ticket decides between the versions of a label, as {@link Split#pick} says
     */
    @SuppressWarnings("ReferenceEquality") // Whether there is a newer snapshot is a question of identity.
    public @Nullable Handle tryBorrow(String model, VersionChoice choice, long ticket) {
        while (true) {
            Map<String, Model> seen = snapshot;
            Model found = seen.get(model);
            Slot slot = found == null ? null : found.find(choice, ticket);
            if (slot == null) {
                return null;
            }
            if (slot.tryShare()) {
                slot.used();
                return new Handle(slot);
            }
            // The slot was retired since we read the snapshot, so a newer snapshot is there: look again in that.
            if (seen == snapshot) {
                throw new IllegalStateException(slot.id() + " was retired while still in the map");
            }
        }
    }

    /** Whether a version of the model that can't be borrowed may be had by {@link Manager#demand}. */
    public boolean isOnDemand(String model) {
        Model found = snapshot.get(model);
        return found != null && found.isOnDemand();
    }

    /** Lends all that is served; the caller closes each handle. */
    public List<Handle> borrowAll() {
        List<Handle> handles = new ArrayList<>();
        for (Model model : snapshot.values()) {
            for (Slot slot : model.versions().values()) {
                if (slot.tryShare()) {
                    handles.add(new Handle(slot));
                }
            }
        }
        return handles;
    }

    void publish(Map<String, Model> next) {
        snapshot = next;
    }

    Map<String, Model> snapshot() {
        return snapshot;
    }

    /** Handles that requests hold now, over all that is served. For tests and metrics. */
    public long handlesOpen() {
        return snapshot.values().stream()
                .map(Model::versions)
                .map(NavigableMap::values)
                .flatMap(Collection::stream)
                .mapToLong(slot -> Math.max(0, slot.shares() - 1))
                .sum();
    }
}

package dev.slipway.core;

import dev.slipway.api.VersionChoice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
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
     * @param labels each to a key of {@code versions}
     */
    record Model(NavigableMap<Long, Slot> versions, Map<String, Long> labels) {
        @Nullable
        Slot find(VersionChoice choice) {
            if (choice instanceof VersionChoice.Exact number) {
                return versions.get(number.version());
            }
            if (choice instanceof VersionChoice.Label label) {
                Long version = labels.get(label.label());
                return version == null ? null : versions.get(version);
            }
            return versions.isEmpty() ? null : versions.lastEntry().getValue();
        }
    }

    /** Lends the servable, or answers null when it is not served. The caller closes the handle. */
    @SuppressWarnings("ReferenceEquality") // Whether there is a newer snapshot is a question of identity.
    public @Nullable Handle tryBorrow(String model, VersionChoice choice) {
        while (true) {
            Map<String, Model> seen = snapshot;
            Model found = seen.get(model);
            Slot slot = found == null ? null : found.find(choice);
            if (slot == null) {
                return null;
            }
            if (slot.tryShare()) {
                return new Handle(slot);
            }
            // The slot was retired since we read the snapshot, so a newer snapshot is there: look again in that.
            if (seen == snapshot) {
                throw new IllegalStateException(slot.id() + " was retired while still in the map");
            }
        }
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

package dev.slipway.core;

import dev.slipway.api.ModelStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All models that the manager knows, those that the present burst of events touched, and what others see of them. */
final class Fleet {
    private final ServingMap map = new ServingMap();

    /** Read by any thread; written on the loop. */
    private final ConcurrentNavigableMap<String, ModelStatus> statuses = new ConcurrentSkipListMap<>();

    // The rest is touched on the loop alone.
    private final Map<String, ModelRecord> models = new HashMap<>();
    private final Set<ModelRecord> touched = new LinkedHashSet<>();

    ServingMap map() {
        return map;
    }

    ConcurrentNavigableMap<String, ModelStatus> statuses() {
        return statuses;
    }

    Collection<ModelRecord> models() {
        return models.values();
    }

    @Nullable
    ModelRecord find(String name) {
        return models.get(name);
    }

    /** The model, which this makes known if it is not. */
    ModelRecord touch(String name) {
        ModelRecord model = models.computeIfAbsent(name, ModelRecord::new);
        touched.add(model);
        return model;
    }

    void touch(ModelRecord model) {
        touched.add(model);
    }

    List<ModelRecord> touched() {
        return List.copyOf(touched);
    }

    /** Swaps the map for one that shows the touched models as they are now. */
    void publish() {
        if (touched.isEmpty()) {
            return;
        }
        Map<String, ServingMap.Model> next = new HashMap<>(map.snapshot());
        for (ModelRecord model : touched) {
            ServingMap.Model shown = model.forMap();
            if (shown.versions().isEmpty() && !shown.isOnDemand()) {
                next.remove(model.name());
            } else {
                next.put(model.name(), shown);
            }
        }
        map.publish(next);
        tell();
    }

    /** Refreshes the touched models' statuses. */
    void tell() {
        touched.forEach(model -> statuses.put(model.name(), model.status()));
    }

    /** Forgets models that there is nothing to say of, and which of them were touched. */
    void endBurst(boolean isClosing) {
        for (ModelRecord model : touched) {
            boolean isDone = model.isForgettable() || (isClosing && model.isEmpty());
            if (isDone && models.remove(model.name(), model)) {
                statuses.remove(model.name());
            }
        }
        touched.clear();
    }
}

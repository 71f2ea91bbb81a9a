package dev.slipway.server.metrics;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import java.util.Collections;
import java.util.SortedMap;

/** Which models and versions there are: what is shown of others may be forgotten. Thread-safe. */
final class Present {
    private volatile SortedMap<String, ModelStatus> statuses = Collections.emptySortedMap();

    /** @param models by name; a live view */
    void watch(SortedMap<String, ModelStatus> models) {
        statuses = models;
    }

    /** False as long as nobody has said what there is. */
    boolean isKnown() {
        return !statuses.isEmpty();
    }

    boolean isGone(String model) {
        return !statuses.containsKey(model);
    }

    /** Whether what requests counted into is of nothing that is there: they may be told of after their version has ended. */
    boolean isGone(RequestMetrics.Key key) {
        ModelStatus status = statuses.get(key.model());
        return status == null
                || (key.version() >= 0
                        && status.versions().stream()
                                .noneMatch(version ->
                                        version.version() == key.version() && version.state() != VersionState.ENDED));
    }
}

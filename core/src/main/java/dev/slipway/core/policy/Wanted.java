package dev.slipway.core.policy;

import dev.slipway.api.VersionPolicy.Action;
import dev.slipway.api.VersionPolicy.Load;
import dev.slipway.api.VersionPolicy.Version;
import dev.slipway.api.VersionState;
import java.util.List;
import java.util.Optional;

/** What both policies load first. */
final class Wanted {
    private Wanted() {}

    /** The newest version that is wanted and has not begun to load. */
    static Optional<Action> newest(List<Version> oldestFirst) {
        for (int at = oldestFirst.size() - 1; at >= 0; at--) {
            Version version = oldestFirst.get(at);
            if (version.aspired() && version.state() == VersionState.NEW) {
                return Optional.of(new Load(version.number()));
            }
        }
        return Optional.empty();
    }
}

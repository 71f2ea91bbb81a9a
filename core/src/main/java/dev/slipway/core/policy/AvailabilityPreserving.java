package dev.slipway.core.policy;

import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads the new before it unloads the old: a version that is wanted no longer goes only once a wanted one is
 * available, or when none is wanted at all. Needs memory for both. A new version that is loaded on demand only thus leaves
 * the old one where it is until somebody asks for it.
 */
public final class AvailabilityPreserving implements VersionPolicy {
    @Override
    public Optional<Action> next(List<Version> versions) {
        boolean isAnyWanted = false;
        boolean isReplaced = false;
        @Nullable Version retired = null;
        // Plain loops here and below: a model may have ten thousand versions, and this is asked once for each.
        for (Version version : versions) {
            boolean isAvailable = version.state() == VersionState.AVAILABLE;
            if (version.aspired()) {
                isAnyWanted = true;
                isReplaced |= isAvailable;
            } else if (isAvailable && retired == null) {
                retired = version;
            }
        }
        if (retired != null && (!isAnyWanted || isReplaced)) {
            return Optional.of(new Unload(retired.number()));
        }
        return Wanted.newest(versions);
    }
}

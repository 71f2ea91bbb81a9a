package dev.slipway.core.policy;

import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Unloads the old before it loads the new, so that both never share memory. The model can't be asked in between. As long as
 * nobody has asked for a new version that is loaded on demand, the old one stays.
 */
public final class ResourcePreserving implements VersionPolicy {
    @Override
    public Optional<Action> next(List<Version> versions) {
        boolean isAnyWanted = false;
        boolean isAnyAwake = false;
        boolean isStillHeld = false;
        @Nullable Version retired = null;
        for (Version version : versions) {
            if (version.aspired()) {
                isAnyWanted = true;
                isAnyAwake |= version.state() != VersionState.DORMANT;
            } else {
                isStillHeld |= isHolding(version.state());
                if (version.state() == VersionState.AVAILABLE && retired == null) {
                    retired = version;
                }
            }
        }
        if (retired != null) {
            boolean goes = isAnyAwake || !isAnyWanted;
            return goes ? Optional.of(new Unload(retired.number())) : Optional.empty();
        }
        return isStillHeld ? Optional.empty() : Wanted.newest(versions);
    }

    @Override
    public boolean loadsBeside() {
        return false;
    }

    private static boolean isHolding(VersionState state) {
        return state == VersionState.LOADING || state == VersionState.WARMING || state == VersionState.UNLOADING;
    }
}

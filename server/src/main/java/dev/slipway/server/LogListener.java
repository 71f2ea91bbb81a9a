package dev.slipway.server;

import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import java.lang.System.Logger.Level;

/** Writes each change of a version's state to the log. */
final class LogListener implements ServingListener {
    private static final System.Logger LOG = System.getLogger("dev.slipway.models");

    @Override
    public void stateChanged(StateChange change) {
        SlipwayException error = change.error();
        if (error != null && change.state() != VersionState.ENDED) {
            LOG.log(
                    Level.WARNING,
                    () -> "%s %s: %s %s".formatted(change.id(), change.state(), error.code(), error.getMessage()));
        } else {
            VersionState state = change.state();
            boolean passing =
                    state == VersionState.NEW || state == VersionState.LOADING || state == VersionState.WARMING;
            LOG.log(passing ? Level.DEBUG : Level.INFO, () -> change.id() + " " + change.state());
        }
    }
}

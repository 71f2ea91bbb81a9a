package dev.slipway.backend.h2o;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the H2O backend. */
public final class H2oProvider implements Backend.Provider {
    @Override
    public String name() {
        return H2oBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new H2oBackend();
    }
}

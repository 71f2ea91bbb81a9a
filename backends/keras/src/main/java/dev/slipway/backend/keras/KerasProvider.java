package dev.slipway.backend.keras;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the Keras backend. */
public final class KerasProvider implements Backend.Provider {
    @Override
    public String name() {
        return KerasBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new KerasBackend(settings);
    }
}

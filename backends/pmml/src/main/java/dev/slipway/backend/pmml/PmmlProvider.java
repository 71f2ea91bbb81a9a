package dev.slipway.backend.pmml;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the PMML backend. */
public final class PmmlProvider implements Backend.Provider {
    @Override
    public String name() {
        return PmmlBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new PmmlBackend();
    }
}

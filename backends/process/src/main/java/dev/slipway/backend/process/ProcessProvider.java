package dev.slipway.backend.process;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the backend of workers. */
public final class ProcessProvider implements Backend.Provider {
    @Override
    public String name() {
        return ProcessBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new ProcessBackend(settings);
    }
}

package dev.slipway.backend.torch;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the torch backend. */
public final class TorchProvider implements Backend.Provider {
    @Override
    public String name() {
        return TorchBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new TorchBackend(settings);
    }
}

package dev.slipway.backend.tensorflow;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the TensorFlow backend. */
public final class TensorFlowProvider implements Backend.Provider {
    @Override
    public String name() {
        return TensorFlowBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new TensorFlowBackend(settings);
    }
}

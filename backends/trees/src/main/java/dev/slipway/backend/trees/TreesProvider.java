package dev.slipway.backend.trees;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the backend of XGBoost's and LightGBM's models. */
public final class TreesProvider implements Backend.Provider {
    @Override
    public String name() {
        return TreesBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new TreesBackend();
    }
}

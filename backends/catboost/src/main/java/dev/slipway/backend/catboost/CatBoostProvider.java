package dev.slipway.backend.catboost;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;

/** Makes the CatBoost backend. */
public final class CatBoostProvider implements Backend.Provider {
    @Override
    public String name() {
        return CatBoostBackend.NAME;
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new CatBoostBackend();
    }
}

package dev.slipway.server.backend;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;

/** Stands for files that a backend knows, and refuses. */
record RefusingLoader(String format, SlipwayException reason) implements Loader {
    @Override
    public Loader with(LoadOptions options) {
        return this;
    }

    @Override
    public ModelDescription describe() {
        throw reason;
    }

    @Override
    public Servable load() {
        throw reason;
    }
}

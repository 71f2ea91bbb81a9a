package dev.slipway.backend.h2o;

import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import java.nio.file.Path;

/** Loads one MOJO, once it has passed every check. */
final class H2oLoader implements Loader {
    private final H2oBackend backend;
    private final Path path;

    H2oLoader(H2oBackend backend, Path path) {
        this.backend = backend;
        this.path = path;
    }

    @Override
    public String format() {
        return H2oBackend.FORMAT;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public ModelDescription describe() {
        return Mojo.of(path).description();
    }

    @Override
    public Servable load() {
        Mojo mojo = Mojo.of(path);
        return new H2oServable(
                mojo, Scorer.open(mojo, path), backend.claim(mojo.description().memoryBytes()));
    }
}

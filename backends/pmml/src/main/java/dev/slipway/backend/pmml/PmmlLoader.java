package dev.slipway.backend.pmml;

import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import java.nio.file.Path;

/** Loads one PMML document, once it has passed every check. */
final class PmmlLoader implements Loader {
    private final PmmlBackend backend;
    private final Path path;

    PmmlLoader(PmmlBackend backend, Path path) {
        this.backend = backend;
        this.path = path;
    }

    @Override
    public String format() {
        return PmmlBackend.NAME;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public ModelDescription describe() {
        return PmmlDocument.of(path).description();
    }

    @Override
    public Servable load() {
        PmmlDocument document = PmmlDocument.of(path);
        Scorer scorer = Scorer.open(document);
        scorer.verify();
        return new PmmlServable(
                document.withoutBytes(),
                scorer,
                backend.claim(document.description().memoryBytes()));
    }
}

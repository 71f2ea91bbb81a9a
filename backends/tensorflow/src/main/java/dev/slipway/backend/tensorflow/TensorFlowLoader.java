package dev.slipway.backend.tensorflow;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import java.nio.file.Path;

/** Loads one SavedModel or frozen graph, once its files have passed every check. */
final class TensorFlowLoader implements Loader {
    private final TensorFlowBackend backend;
    private final ModelFiles files;
    private final LoadOptions options;

    TensorFlowLoader(TensorFlowBackend backend, ModelFiles files, LoadOptions options) {
        this.backend = backend;
        this.files = files;
        this.options = options;
    }

    @Override
    public String format() {
        return ModelOptions.format(files.kind());
    }

    @Override
    public Path path() {
        return files.path();
    }

    @Override
    public Loader with(LoadOptions said) {
        return new TensorFlowLoader(backend, files, said);
    }

    @Override
    public ModelDescription describe() {
        return check().description();
    }

    @Override
    public Servable load() {
        CheckedModel checked = check();
        TensorFlowRuntime runtime = backend.runtime();
        GraphSession session = GraphSession.open(runtime, checked);
        boolean isLoaded = false;
        try {
            Servable servable = new TensorFlowServable(
                    checked,
                    session,
                    backend.holdings().claim(checked.description().memoryBytes()));
            isLoaded = true;
            return servable;
        } finally {
            if (!isLoaded) {
                session.close();
            }
        }
    }

    private CheckedModel check() {
        return CheckedModel.of(files, ModelOptions.of(options, files.kind(), backend.settings()));
    }
}

package dev.slipway.backend.tensorflow;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.backend.common.Holdings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens SavedModels and frozen graphs. The native runtime starts with the first model that is loaded. */
final class TensorFlowBackend implements Backend {
    static final String NAME = "tensorflow";

    private final BackendSettings settings;
    private final Holdings holdings = new Holdings();

    /** Guarded by this. */
    private @Nullable TensorFlowRuntime runtime;

    TensorFlowBackend(BackendSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        return ModelFiles.find(path).map(files -> new TensorFlowLoader(this, files, LoadOptions.NONE));
    }

    BackendSettings settings() {
        return settings;
    }

    Holdings holdings() {
        return holdings;
    }

    synchronized TensorFlowRuntime runtime() {
        TensorFlowRuntime started = runtime;
        if (started == null) {
            started = TensorFlowRuntime.start(settings);
            runtime = started;
        }
        return started;
    }

    @Override
    public synchronized BackendReport report() {
        TensorFlowRuntime started = runtime;
        return holdings.report(OpTable.table().version(), started != null, started == null ? 0 : started.threads());
    }

    /** The runtime stays until the process ends: TensorFlow can't be unloaded. */
    @Override
    public void close() {
        // Nothing is shared but that.
    }
}

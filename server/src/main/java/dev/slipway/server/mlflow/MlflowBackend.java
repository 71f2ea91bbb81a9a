package dev.slipway.server.mlflow;

import dev.slipway.api.Backend;
import dev.slipway.api.Loader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens folders with a file {@code MLmodel}, whose payload another backend runs. */
public final class MlflowBackend implements Backend {
    /** As statuses show it. */
    static final String NAME = "mlflow";

    private final List<Backend> runners;

    /** @param runners for the payloads */
    public MlflowBackend(List<Backend> runners) {
        this.runners = List.copyOf(runners);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        return Files.isRegularFile(path.resolve(MlModel.FILE))
                ? Optional.of(new MlflowLoader(path, runners))
                : Optional.empty();
    }

    @Override
    public void close() {
        // The runners are closed by whoever opened them.
    }
}

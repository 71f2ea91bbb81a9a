package dev.slipway.server.mlflow;

import dev.slipway.api.Backend;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.ChainedLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads what an {@code MLmodel} names, with its signature before it. */
final class MlflowLoader implements Loader {
    private final Path folder;
    private final List<Backend> runners;

    MlflowLoader(Path folder, List<Backend> runners) {
        this.folder = folder;
        this.runners = runners;
    }

    @Override
    public String format() {
        return MlflowBackend.NAME;
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public ModelDescription describe() {
        return payload(MlModel.read(folder)).describe();
    }

    /**
     * {@inheritDoc}
     *
     * @throws SlipwayException also {@code FAILED_PRECONDITION} when the signature does not fit the payload
     */
    @Override
    public Servable load() {
        MlModel model = MlModel.read(folder);
        Loader payload = payload(model);
        SignatureInput input = new SignatureInput(model.inputs());
        return input.changes(payload.describe())
                ? new ChainedLoader(payload, ChainSettings.NONE.withInput(input)).load()
                : payload.load();
    }

    private Loader payload(MlModel model) {
        for (Backend runner : runners) {
            Optional<Loader> loader = runner.recognise(model.data());
            if (loader.isPresent()) {
                return loader.get();
            }
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "MLmodel: '%s' is no model that is known (expected: an .onnx file)".formatted(model.data()));
    }
}

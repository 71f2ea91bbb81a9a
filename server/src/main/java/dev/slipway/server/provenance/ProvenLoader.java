package dev.slipway.server.provenance;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Transform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads a model as people said, and has it know what files it was loaded from. */
public final class ProvenLoader implements Loader {
    private final Loader model;
    private final LoadOptions options;

    /** @param options what people said; refused with the model's description, and its load, where they do not fit */
    public ProvenLoader(Loader model, LoadOptions options) {
        this.model = model;
        this.options = options;
    }

    @Override
    public String format() {
        return model.format();
    }

    @Override
    public @Nullable Path path() {
        return model.path();
    }

    @Override
    public List<Path> files() {
        return model.files();
    }

    @Override
    public Loader with(LoadOptions changed) {
        return new ProvenLoader(model, changed);
    }

    @Override
    public ModelDescription describe() {
        return asked().describe();
    }

    @Override
    public Servable load() {
        Loader asked = asked();
        Servable loaded = asked.load();
        boolean isDone = false;
        try {
            // Where files are fetched, they are there only now.
            List<Path> files = asked.files();
            if (files.isEmpty()) {
                isDone = true;
                return loaded;
            }
            Proven proven = new Proven(
                    loaded,
                    Provenance.told(
                            loaded.description(), FilesDigest.of(files), asked.format(), options.isDeterministic()));
            isDone = true;
            return proven;
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "the model's files can't be read for their checksum: " + e, e);
        } finally {
            if (!isDone) {
                loaded.close();
            }
        }
    }

    private Loader asked() {
        return options.equals(LoadOptions.NONE) ? model : model.with(options);
    }

    /** A model that knows its files. */
    private record Proven(Servable model, ModelDescription description) implements Servable {
        @Override
        public InferenceResult run(InferenceRequest request) {
            return model.run(request);
        }

        @Override
        public boolean mayWait() {
            return model.mayWait();
        }

        @Override
        public @Nullable Transform transform(String signature) {
            return model.transform(signature);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}

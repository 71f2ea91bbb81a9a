package dev.slipway.api;

import java.nio.file.Path;
import java.util.Optional;

/** Opens one family of model formats. Thread-safe. Sees nothing of the server but this package. */
public interface Backend extends AutoCloseable {
    /** The family's name: {@code onnx}. */
    String name();

    /**
     * A loader for the model at {@code path}, when its names or first bytes say that it is one of this backend's; empty
     * when it is not. Looks at names and a few bytes, and never loads native code.
     *
     * @param path a version's directory, or a single file
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is of this family but ambiguous;
     *     {@code UNAVAILABLE} when it can't be read
     */
    Optional<Loader> recognise(Path path);

    /** What it holds now; nothing for one that leaves running to others. Cheap, and loads nothing. */
    default BackendReport report() {
        return new BackendReport(name(), false, 0, 0, 0);
    }

    /** Releases what all models shared. Called once every servable is closed. */
    @Override
    void close();

    /** Makes the backend; found through {@link java.util.ServiceLoader}. */
    interface Provider {
        /** The name of the backend that it makes. */
        String name();

        /** Cheap: native code is loaded with the first model. */
        Backend open(BackendSettings settings);
    }
}

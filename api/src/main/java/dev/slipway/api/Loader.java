package dev.slipway.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows where one version is and how to load it; cheap until asked. Thread-safe. */
public interface Loader {
    /** The files' format in a word: {@code onnx}. */
    String format();

    /**
     * Where the version's files are: a directory, or a single file. Null while they are elsewhere, and yet to be
     * fetched by {@link #describe()}.
     */
    default @Nullable Path path() {
        return null;
    }

    /**
     * The files that the model is made of, and whole folders of them; empty while they are elsewhere.
     */
    default List<Path> files() {
        Path path = path();
        return path == null ? List.of() : List.of(path);
    }

    /**
     * A loader of the same version that heeds what people said of the model. Describing and loading check that it can.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for options that this format has no use for
     */
    default Loader with(LoadOptions options) {
        options.check(format(), false, Set.of());
        return this;
    }

    /**
     * Whether loading runs code that came with the files and may do whatever this user may, as a program or a script does: of
     * files that somebody else may have written it is not to be loaded without being asked to.
     *
     * @throws SlipwayException as {@link #describe()}, when the files must be read to tell
     */
    default boolean runsCode() {
        return false;
    }

    /**
     * Reads and checks the headers, without native code, and says what loading would give.
     *
     * @throws SlipwayException when the files are not a model that this backend would load: {@code INVALID_ARGUMENT}
     *     for broken or hostile files, {@code UNIMPLEMENTED} for what the runtime lacks, {@code UNAVAILABLE} when they
     *     can't be read now
     */
    ModelDescription describe();

    /**
     * Loads the model; takes as long as it takes, on a thread that serves no requests.
     *
     * @throws SlipwayException as {@link #describe()}, and {@code RESOURCE_EXHAUSTED} when memory ran out
     */
    Servable load();
}

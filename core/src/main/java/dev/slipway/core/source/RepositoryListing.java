package dev.slipway.core.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the models of a repository, and words what is missing there. Used by one thread. */
final class RepositoryListing {
    private static final System.Logger LOG = System.getLogger(RepositoryListing.class.getName());

    private final ModelLayout layout;

    /**
     * Whether the repository is a single model; settled by the first look, lest a folder named by a number that
     * somebody leaves there later takes the place of all models.
     */
    private @Nullable Boolean isSingle;

    RepositoryListing(ModelLayout layout) {
        this.layout = layout;
    }

    /** The next one listed is another one. */
    void forget() {
        isSingle = null;
    }

    /** The paths of its models, by name; empty when it can't be listed, or is empty: then nothing is to change. */
    Map<String, Path> list(Path root) {
        try {
            boolean single = isSingle == null ? layout.isSingleModel(root) : isSingle;
            Map<String, Path> found = layout.models(root, single);
            if (found.isEmpty()) {
                LOG.log(Level.WARNING, "{0} holds no models; what is served stays", root);
            } else {
                isSingle = single;
            }
            return found;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0}; what is served stays", describe(root, e));
            return Map.of();
        }
    }

    static SlipwayException missing(String model, Path root, Collection<String> found) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "folder '%s' has no model '%s' (found: %s)"
                        .formatted(root.getFileName(), model, String.join(", ", found)));
    }

    static SlipwayException noVersion(Path path, int found) {
        String expected = "expected: a directory named by a number, with a model in it, or a model file";
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                found == 0
                        ? "folder '%s' has no version (%s)".formatted(path.getFileName(), expected)
                        : "folder '%s' has %d versions, none of which is wanted".formatted(path.getFileName(), found));
    }

    static String describe(Path path, Throwable e) {
        return e instanceof NoSuchFileException
                ? "%s is not there".formatted(path)
                : "%s can't be seen: %s".formatted(path, e);
    }
}

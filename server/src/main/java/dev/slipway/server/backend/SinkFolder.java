package dev.slipway.server.backend;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A sink of the prediction log that lies in {@code sinks/NAME} of the distribution, in the form of a backend's folder. */
public final class SinkFolder {
    static final String SINKS = "sinks";

    private SinkFolder() {}

    /**
     * A class loader over a sink's jars.
     *
     * @param home the distribution's folder
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it is not installed as a whole
     */
    public static ClassLoader classes(Path home, String name, ClassLoader parent) {
        BackendFolder folder = BackendFolder.all(home.resolve(SINKS)).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
        if (folder == null) {
            // As in a build's class path.
            return parent;
        }
        if (!folder.missing().isEmpty()) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "prediction_log: a sink of type %1$s is not installed (expected: slipway backend install %1$s)"
                            .formatted(name));
        }
        List<Path> jars = new ArrayList<>(folder.ownJars());
        folder.artifacts().forEach(artifact -> jars.add(folder.path().resolve(artifact.fileName())));
        FolderClassLoader classes = new FolderClassLoader("sink-" + name, parent);
        classes.complete(jars);
        return classes;
    }
}

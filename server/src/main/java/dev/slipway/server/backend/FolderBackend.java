package dev.slipway.server.backend;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Importer;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One backend of the distribution; its classes are loaded when the first path is asked about. Thread-safe. */
final class FolderBackend implements Backend {
    private static final ClassLoader SHARED = new SharedClasses(FolderBackend.class.getClassLoader());

    /**
     * Of each folder there is one in a process, for as long as that lives: servables run its classes, and most native libraries
     * end a process into which they are loaded twice.
     */
    private static final Map<Path, FolderClassLoader> CLASSES = new ConcurrentHashMap<>();

    private final BackendFolder folder;
    private final BackendSettings settings;
    private final FolderClassLoader classes;

    /** Guarded by this. */
    private @Nullable Backend opened;

    FolderBackend(BackendFolder folder, BackendSettings settings) {
        this.folder = folder;
        this.settings = settings;
        this.classes = CLASSES.computeIfAbsent(folder.path().toAbsolutePath().normalize(), path -> loader(folder));
    }

    private static FolderClassLoader loader(BackendFolder folder) {
        FolderClassLoader made = new FolderClassLoader(folder.name(), SHARED);
        folder.ownJars().forEach(made::add);
        return made;
    }

    @Override
    public String name() {
        return folder.name();
    }

    BackendFolder folder() {
        return folder;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        return open().recognise(path).map(loader -> new NeedingLoader(this, loader));
    }

    /**
     * Sees to it that all jars are there.
     *
     * @return for libraries that look for their own classes through the thread
     * @throws SlipwayException {@code UNAVAILABLE}, with the command that installs them, when they are not
     */
    ClassLoader complete() {
        if (!classes.isComplete()) {
            List<Artifact> missing = folder.missing();
            if (!missing.isEmpty()) {
                throw new SlipwayException(
                        ErrorCode.UNAVAILABLE,
                        "backend '%1$s' is not installed: %2$s missing (run: slipway backend install %1$s)"
                                .formatted(
                                        folder.name(),
                                        missing.size() == 1
                                                ? missing.get(0).fileName() + " is"
                                                : missing.size() + " of its "
                                                        + folder.artifacts().size() + " files are"));
            }
            classes.complete(folder.artifacts().stream()
                    .map(artifact -> folder.path().resolve(artifact.fileName()))
                    .toList());
        }
        return classes;
    }

    private synchronized Backend open() {
        Backend backend = opened;
        if (backend == null) {
            try {
                backend = ServiceLoader.load(Provider.class, classes).stream()
                        .map(provider -> provider.get().open(settings))
                        .findFirst()
                        .orElseThrow(() -> broken("its jars have none", null));
            } catch (ServiceConfigurationError | LinkageError e) {
                throw broken(e.toString(), e);
            }
            opened = backend;
        }
        return backend;
    }

    private SlipwayException broken(String reason, @Nullable Throwable cause) {
        return new SlipwayException(
                ErrorCode.INTERNAL, "backend '%s' can't be opened: %s".formatted(folder.name(), reason), cause);
    }

    /** What turns its models into files of another format, if something does. */
    Optional<Importer> importer() {
        ClassLoader loader = complete();
        return ServiceLoader.load(Importer.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .findFirst();
    }

    synchronized boolean isOpen() {
        return opened != null;
    }

    @Override
    public synchronized BackendReport report() {
        return opened == null ? Backend.super.report() : opened.report();
    }

    @Override
    public synchronized void close() {
        if (opened != null) {
            opened.close();
        }
    }
}

package dev.slipway.server.backend;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.Importer;
import dev.slipway.api.Loader;
import dev.slipway.server.mlflow.MlflowBackend;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All backends there are: those on the class path, and those that lie in {@code backends/NAME} of the distribution, each of
 * which gets a class loader of its own, since their libraries clash. The launcher puts the ONNX backend on the class path,
 * where start-up archives hold its classes.
 */
public final class InstalledBackends implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InstalledBackends.class.getName());

    private final List<Backend> onClassPath = new ArrayList<>();
    private final FolderBackends inFolders;
    private final List<Backend> all = new ArrayList<>();

    private InstalledBackends(@Nullable Path home, BackendSettings settings) {
        Path folder = home == null ? null : home.resolve("backends");
        BackendSettings joined = new BackendSettings(settings.computeThreads(), settings.intraOpThreads(), this::other);
        if (folder != null) {
            OnnxRuntimeLibraries.use(folder.resolve("onnx"));
        }
        ServiceLoader.load(Backend.Provider.class, InstalledBackends.class.getClassLoader())
                .forEach(provider -> onClassPath.add(provider.open(joined)));
        List<String> known = onClassPath.stream().map(Backend::name).toList();
        inFolders = new FolderBackends(
                folder == null
                        ? List.of()
                        : BackendFolder.all(folder).stream()
                                .filter(each -> !known.contains(each.name()))
                                .toList(),
                joined);
        all.addAll(onClassPath);
        if (!inFolders.all().isEmpty()) {
            all.add(inFolders);
        }
        // First, since its folders hold files that others know too.
        all.add(0, new MlflowBackend(List.copyOf(all)));
    }

    /** @param home the distribution's folder; null when running from a class path alone */
    public static InstalledBackends open(@Nullable Path home, BackendSettings settings) {
        return new InstalledBackends(home, settings);
    }

    /** In the order in which they are to be asked. */
    public List<Backend> all() {
        return List.copyOf(all);
    }

    /** What each holds, by name; only of those that a model was there for, and that can tell. */
    public Map<String, BackendReport> reports() {
        Map<String, BackendReport> reports = new TreeMap<>();
        onClassPath.forEach(backend -> report(backend, reports));
        inFolders.all().stream().filter(FolderBackend::isOpen).forEach(backend -> report(backend, reports));
        return reports;
    }

    private static void report(Backend backend, Map<String, BackendReport> reports) {
        try {
            reports.put(backend.name(), backend.report());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "backend ''{0}'' can''t tell what it holds: {1}", backend.name(), e);
        }
    }

    /** What writes models of a format anew, if one of the backends in folders does. */
    public Optional<Importer> importer(String name) {
        return inFolders.importer(name);
    }

    /** The class loader of a backend in a folder. */
    ClassLoader classesOf(String name) {
        return inFolders.all().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow()
                .complete();
    }

    private Optional<Loader> other(Path path) {
        for (Backend backend : all) {
            Optional<Loader> loader = backend.recognise(path);
            if (loader.isPresent()) {
                return loader;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        all.forEach(Backend::close);
    }
}

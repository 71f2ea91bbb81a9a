package dev.slipway.server.config;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.server.mlflow.MlflowBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the backends: those on the class path, and those that lie in {@code backends/NAME/*.jar} of the distribution,
 * each of which gets a class loader of its own, since their libraries clash. The launcher puts the ONNX backend on the
 * class path, where start-up archives hold its classes.
 */
public final class BackendFolders {
    private BackendFolders() {}

    /** @param home the distribution's folder; null when running from a class path alone */
    public static List<Backend> open(@Nullable Path home, BackendSettings settings) {
        List<Backend> backends = new ArrayList<>();
        if (home != null) {
            OnnxRuntimeLibraries.use(home.resolve("backends").resolve("onnx"));
        }
        addAll(backends, BackendFolders.class.getClassLoader(), settings);
        Path folder = home == null ? null : home.resolve("backends");
        if (folder != null && Files.isDirectory(folder)) {
            for (Path backend : list(folder, "*")) {
                String name = backend.getFileName().toString();
                if (isKnown(backends, name)) {
                    continue;
                }
                URL[] jars =
                        list(backend, "*.jar").stream().map(BackendFolders::url).toArray(URL[]::new);
                // Lives as long as the process: servables run its classes.
                addAll(backends, new URLClassLoader(name, jars, parent()), settings);
            }
        }
        // First, since its folders hold files that others know too.
        backends.add(0, new MlflowBackend(backends));
        return backends;
    }

    private static ClassLoader parent() {
        return BackendFolders.class.getClassLoader();
    }

    private static void addAll(List<Backend> backends, ClassLoader loader, BackendSettings settings) {
        ServiceLoader.load(Backend.Provider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> !isKnown(backends, provider.name()))
                .forEach(provider -> backends.add(provider.open(settings)));
    }

    private static boolean isKnown(List<Backend> backends, String name) {
        return backends.stream().anyMatch(backend -> backend.name().equals(name));
    }

    private static List<Path> list(Path folder, String glob) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        paths.sort(null);
        return paths;
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("jar: %s (expected: a path that is a URL)".formatted(jar), e);
        }
    }
}

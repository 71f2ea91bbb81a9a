package dev.slipway.server.backend;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * A backend's folder in the distribution: its own jar, {@code backend.properties} with a title and the names of its models'
 * files, and {@code artifacts.lock} with what else it needs, which may be there or not.
 */
final class BackendFolder {
    static final String PROPERTIES = "backend.properties";
    static final String LOCK = "artifacts.lock";

    private final Path path;
    private final String title;
    private final List<PathMatcher> files;
    private final List<Artifact> artifacts;

    private BackendFolder(Path path, String title, List<PathMatcher> files, List<Artifact> artifacts) {
        this.path = path;
        this.title = title;
        this.files = files;
        this.artifacts = artifacts;
    }

    /** Those in {@code folder}, by name; none where it is no folder. */
    static List<BackendFolder> all(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<BackendFolder> all = new ArrayList<>();
        for (Path each : list(folder, "*")) {
            if (Files.isRegularFile(each.resolve(PROPERTIES))) {
                all.add(read(each));
            }
        }
        return all;
    }

    private static BackendFolder read(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path.resolve(PROPERTIES))) {
            properties.load(reader);
            String globs = properties.getProperty("files", "");
            return new BackendFolder(
                    path,
                    properties.getProperty("title", ""),
                    Arrays.stream(globs.split(" +"))
                            .filter(glob -> !glob.isEmpty())
                            .map(glob -> path.getFileSystem().getPathMatcher("glob:" + glob))
                            .toList(),
                    artifacts(path.resolve(LOCK)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Artifact> artifacts(Path lock) throws IOException {
        if (!Files.isRegularFile(lock)) {
            return List.of();
        }
        List<Artifact> artifacts = new ArrayList<>();
        for (String line : Files.readAllLines(lock)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                artifacts.add(Artifact.parse(lock.toString(), line));
            }
        }
        return List.copyOf(artifacts);
    }

    /** The backend's. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    Path path() {
        return path;
    }

    /** What it opens, in a line. */
    String title() {
        return title;
    }

    /** Whether a file of this name may be one of its models'. */
    boolean knows(Path file) {
        Path lower = Path.of(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT));
        return files.stream().anyMatch(glob -> glob.matches(lower));
    }

    /** What it needs besides its own jar. */
    List<Artifact> artifacts() {
        return artifacts;
    }

    /** Those that are not there. They are named by version, so one of the right size is the right one. */
    List<Artifact> missing() {
        List<Artifact> missing = new ArrayList<>();
        for (Artifact artifact : artifacts) {
            try {
                if (Files.size(path.resolve(artifact.fileName())) != artifact.bytes()) {
                    missing.add(artifact);
                }
            } catch (IOException e) {
                missing.add(artifact);
            }
        }
        return missing;
    }

    /** The jars that the distribution brings: all that are not in the lock. */
    List<Path> ownJars() {
        List<String> locked = artifacts.stream().map(Artifact::fileName).toList();
        return list(path, "slipway-*.jar").stream()
                .filter(jar -> !locked.contains(String.valueOf(jar.getFileName())))
                .toList();
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
}

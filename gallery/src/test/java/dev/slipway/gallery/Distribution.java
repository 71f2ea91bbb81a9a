package dev.slipway.gallery;

import dev.slipway.server.backend.BackendCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The backends of the distribution that was just built, in a folder of these tests, with all that they need installed from
 * what Maven keeps on this machine: the build has fetched it.
 */
final class Distribution {
    private static final Path BUILT =
            Path.of(System.getProperty("slipway.root"), "server", "target", "slipway", "backends");

    private Distribution() {}

    /** The folder that this JVM's servers look for backends in; made and filled when it is first asked for. */
    static synchronized Path installed() {
        Path home = Path.of(System.getProperty("slipway.home"));
        try {
            if (Files.notExists(home.resolve("done"))) {
                copy(home, List.of());
                Path repository = Path.of(System.getProperty("slipway.repository"));
                BackendCatalog catalog = new BackendCatalog(home);
                for (BackendCatalog.Entry entry : catalog.entries()) {
                    catalog.install(entry.name(), repository, null, (file, number, count, done, all) -> {});
                }
                Files.createFile(home.resolve("done"));
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies what was built, and nothing that was installed into it since. */
    static void copy(Path home, List<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(BUILT, 2)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String backend = String.valueOf(file.getParent().getFileName());
                String name = String.valueOf(file.getFileName());
                boolean isOurs = name.startsWith("slipway-") || !name.endsWith(".jar") || backend.equals("onnx");
                if (isOurs && (names.isEmpty() || names.contains(backend))) {
                    Path target = home.resolve("backends").resolve(BUILT.relativize(file));
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}

package dev.slipway.backend.process;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of the backend's own, which nobody but this user may enter: sockets while workers connect, and what Python
 * workers import. Made with the first worker, gone with the backend. Thread-safe.
 */
final class Workplace implements AutoCloseable {
    /** What the system takes for a socket's path, its end included, is 108 on Linux and 104 on macOS. */
    private static final int SOCKET_PATH_MAX = 103;

    private static final int NAME_LENGTH = 30;
    private static final List<String> SCRIPTS = List.of("slipway_worker.py", "slipway_mar.py", "slipway_pyfunc.py");

    private final AtomicLong sockets = new AtomicLong();

    /** Guarded by this. */
    private @Nullable Path folder;

    /** A path for one more socket. */
    Path socket() {
        return folder().resolve(sockets.incrementAndGet() + ".s");
    }

    /** Where Python finds {@code slipway_worker}. */
    Path python() {
        return folder().resolve("python");
    }

    private synchronized Path folder() {
        Path known = folder;
        if (known == null) {
            try {
                known = made();
            } catch (IOException e) {
                throw new SlipwayException(
                        ErrorCode.UNAVAILABLE, "no folder for the sockets of workers can be made: %s".formatted(e), e);
            }
            folder = known;
        }
        return known;
    }

    private static Path made() throws IOException {
        Path usual = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        boolean isShort = usual.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8).length + NAME_LENGTH
                < SOCKET_PATH_MAX;
        Path made = Files.createTempDirectory(
                isShort ? usual.toAbsolutePath() : Path.of("/tmp"),
                "slipway-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path python = Files.createDirectory(made.resolve("python"));
        for (String script : SCRIPTS) {
            try (InputStream in = Workplace.class.getResourceAsStream("python/" + script)) {
                Files.copy(Objects.requireNonNull(in, script), python.resolve(script));
            }
        }
        return made;
    }

    @Override
    public synchronized void close() {
        Path known = folder;
        folder = null;
        if (known == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(known)) {
            for (Path path :
                    all.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.getLogger(Workplace.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} can''t be removed: {1}", known, e.toString());
        }
    }
}

package dev.slipway.gallery;

import dev.slipway.backend.process.TestWorker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model in a process of its own: {@code y = 2 x}. */
final class Workers {
    /** As {@code x}, it ends the worker that it goes to. */
    static final int LETHAL = -1;

    private Workers() {}

    /** @param version written anew */
    static void crashing(Path version) throws IOException {
        Path notes = Files.createDirectories(version.resolveSibling("notes"));
        Files.createDirectories(version);
        Files.writeString(version.resolve("worker.yaml"), """
                command: ['%s', -XX:TieredStopAtLevel=1, -XX:+UseSerialGC, -Xmx64m, -cp, '%s', %s, '%s']
                workers: 2
                inputs: [{name: x, dtype: FP32, shape: [-1]}]
                outputs: [{name: y, dtype: FP32, shape: [-1]}, {name: n, dtype: INT64, shape: [1]}]
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), classes(), TestWorker.class.getName(), notes));
    }

    private static Path classes() {
        try {
            return Path.of(TestWorker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

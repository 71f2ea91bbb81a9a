package dev.slipway.interop;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ServerOptions.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The models that all clients ask: those of the examples, one that takes long, one for many rows. */
final class Models {
    private Models() {}

    /**
     * A server of {@code iris}, {@code digits}, {@code compass}, {@code breast-cancer}; of {@code loop}, which computes for
     * as long as its input says; of {@code times}, which multiplies rows {@code [a, b]} by {@code [2, 3]}.
     */
    static SlipwayExtension served() {
        // A run whose client has gone ends with its request's time, and the server waits for it when it stops.
        return SlipwayExtension.serving(Models::folder)
                .with(options -> options.withNetwork(
                        new Network("127.0.0.1", 0, 0, Duration.ofSeconds(10), Duration.ofSeconds(10))));
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("interop-models");
            Path examples = SlipwayExtension.examples();
            List<Path> files;
            try (Stream<Path> found = Files.walk(examples)) {
                files = found.filter(Files::isRegularFile).toList();
            }
            for (Path file : files) {
                Path copy = folder.resolve(examples.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            TestModels.write(folder.resolve("loop/1"), bytes("endless-loop"));
            TestModels.write(folder.resolve("times/1"), bytes("times"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = Models.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}

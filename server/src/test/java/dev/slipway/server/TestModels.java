package dev.slipway.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Small models made for tests. */
public final class TestModels {
    private TestModels() {}

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = TestModels.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** Writes {@code folder/model.onnx}. */
    public static void write(Path folder, byte[] model) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), model);
    }

    /** {@code Y = X * [first, second]}. */
    public static byte[] times(float first, float second) throws IOException {
        byte[] model = bytes("times-2-3");
        ByteBuffer bytes = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at <= model.length - 8; at++) {
            if (bytes.getFloat(at) == 2 && bytes.getFloat(at + 4) == 3) {
                bytes.putFloat(at, first).putFloat(at + 4, second);
                return model;
            }
        }
        throw new AssertionError("the factors are not where they were");
    }

    /** A request to {@code endless-loop}. */
    static String loopBody(long rounds) {
        return "{\"inputs\": {\"N\": %d, \"X\": [0.0]}}".formatted(rounds);
    }

    /** The folder of other people's models: named by SLIPWAY_CORPUS, or beside this repository; null where it is not. */
    public static Path corpusOrNull() {
        Path corpus = Optional.ofNullable(System.getenv("SLIPWAY_CORPUS"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("slipway.root"), "..", "shared", "corpus"))
                .normalize();
        return Files.isDirectory(corpus) ? corpus : null;
    }
}

package dev.slipway.server.soak;

import dev.slipway.server.TestModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Eight models, each version of which multiplies by numbers of its own: an answer tells which version of which model gave
 * it. Of half of them the newest version is served, of the others all are.
 */
final class SoakModels {
    static final int COUNT = 8;
    private static final int VERSIONS_MAX = 100_000;

    private final Path folder;
    private final Path staging;
    private final List<NavigableSet<Long>> published = IntStream.range(0, COUNT)
            .mapToObj(i -> (NavigableSet<Long>) new ConcurrentSkipListSet<Long>())
            .toList();

    SoakModels(Path root) throws IOException {
        folder = Files.createDirectories(root.resolve("models"));
        staging = Files.createDirectories(root.resolve("staging"));
        for (int model = 0; model < COUNT; model++) {
            publish(model, 1);
            if (servesAll(model)) {
                publish(model, 2);
            }
        }
    }

    static String name(int model) {
        return "soak" + model;
    }

    static boolean servesAll(int model) {
        return model % 2 == 1;
    }

    /** What version {@code version} of {@code model} multiplies by, and by its negative; exact in float32. */
    static float factor(int model, long version) {
        return (float) version * COUNT + model;
    }

    /** The version that multiplied 1 by {@code factor}; 0 when none of this model's did. */
    static long version(int model, float factor) {
        long whole = (long) factor;
        return whole == factor && whole % COUNT == model ? whole / COUNT : 0;
    }

    /** TensorFlow Serving's file of models. */
    String config() {
        StringBuilder text = new StringBuilder("model_config_list {\n");
        for (int model = 0; model < COUNT; model++) {
            text.append("  config { name: \"%s\" base_path: \"%s\" model_platform: \"onnx\"%s }\n"
                    .formatted(name(model), path(model), servesAll(model) ? " model_version_policy { all {} }" : ""));
        }
        return text.append("}\n").toString();
    }

    /** The folder that all models lie in. */
    Path folder() {
        return folder;
    }

    Path path(int model) {
        return folder.resolve(name(model));
    }

    Path path(int model, long version) {
        return path(model).resolve(Long.toString(version));
    }

    /** Versions that were whole at any time, and may answer. */
    NavigableSet<Long> published(int model) {
        return published.get(model);
    }

    static byte[] bytes(int model, long version) throws IOException {
        float factor = factor(model, version);
        return TestModels.times(factor, -factor);
    }

    long next(int model) {
        long next = published.get(model).last() + 1;
        if (next > VERSIONS_MAX) {
            throw new IllegalStateException("too many versions for exact answers");
        }
        return next;
    }

    /** Adds a version, whole at once. */
    void publish(int model, long version) throws IOException {
        Path staged = staging.resolve(name(model) + "-" + version);
        TestModels.write(staged, bytes(model, version));
        Files.createDirectories(path(model));
        published.get(model).add(version);
        Files.move(staged, path(model, version), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes a version away at once. */
    void withdraw(int model, long version) throws IOException {
        Path gone = staging.resolve("gone-" + name(model) + "-" + version);
        Files.move(path(model, version), gone, StandardCopyOption.ATOMIC_MOVE);
        delete(gone);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

package dev.slipway.benchmarks.model;

import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where models come from, and folders of them for servers to load. Not for several threads. */
public final class Models {
    /** A network so small that it costs less than its request. */
    public static final String TINY = "mlp-4-16-3";
    /** A network for which batching pays. */
    public static final String MEDIUM = "mlp-256-1024-1024-10";
    /** The same with its middle applied 32 times: about a millisecond a row. */
    public static final String DEEP = "mlp-256-1024x32-10";
    /** 600 kB in, next to no work, 32 bytes out. */
    public static final String LARGE = "first-8-of-150528";
    /** A picture of 224 x 224 x 3 values in, next to no work, 1,000 values out. */
    public static final String PICTURE = "first-1000-of-224x224x3";
    /** A convolutional network of about 3 ms an image. */
    public static final String SQUEEZENET = "light-squeezenet";
    /** A convolutional network of about 35 ms an image. */
    public static final String RESNET = "light-resnet50";

    private static final List<Generated> GENERATED = List.of(
            new Perceptron(MEDIUM, List.of(256, 1024, 1024, 10), 1),
            new Perceptron(DEEP, List.of(256, 1024, 1024, 10), 32),
            new FirstValues(LARGE, 3 * 224 * 224, 8),
            new PictureValues(PICTURE, 224, 1000));
    private static final List<CorpusModel> CORPUS = List.of(
            new CorpusModel(SQUEEZENET, "data_0", "softmaxout_1"),
            new CorpusModel(RESNET, "gpu_0/data_0", "gpu_0/softmax_1"));

    private final Map<String, Workload> workloads = new HashMap<>();
    private final Path committed;
    private final Path corpus;
    private final Path work;

    /**
     * @param committed {@code benchmarks/models}
     * @param corpus may be missing
     * @param work takes what is generated, and the folders
     */
    public Models(Path committed, Path corpus, Path work) {
        this.committed = committed;
        this.corpus = corpus;
        this.work = work;
    }

    /** Whether model {@code name} can be had. */
    public boolean has(String name) {
        return Files.isDirectory(committed.resolve(name))
                || GENERATED.stream().anyMatch(model -> model.name().equals(name))
                || CORPUS.stream().anyMatch(model -> model.name().equals(name) && model.isIn(corpus));
    }

    /**
     * The question to a model.
     *
     * @throws IOException when there is no such model
     */
    public Workload workload(String name) throws IOException {
        Workload known = workloads.get(name);
        if (known == null) {
            known = Workload.read(io(name));
            workloads.put(name, known);
        }
        return known;
    }

    /** The {@code io.json} of a model, with {@code model.onnx} beside it. */
    public Path io(String name) throws IOException {
        if (Files.isDirectory(committed.resolve(name))) {
            return committed.resolve(name).resolve("1/io.json");
        }
        Path version = work.resolve("made").resolve(name).resolve("1");
        Path io = version.resolve("io.json");
        if (!Files.exists(io)) {
            Files.createDirectories(version);
            make(name, version);
        }
        return io;
    }

    private void make(String name, Path version) throws IOException {
        Path model = version.resolve("model.onnx");
        Path io = version.resolve("io.json");
        for (Generated generated : GENERATED) {
            if (generated.name().equals(name)) {
                Files.write(model, generated.model());
                generated.workload().write(io);
                return;
            }
        }
        for (CorpusModel found : CORPUS) {
            if (found.name().equals(name) && found.isIn(corpus)) {
                Files.write(model, found.model(corpus));
                found.workload(corpus).write(io);
                return;
            }
        }
        throw new IOException(
                "no model '%s' in %s, nor in the corpus %s (expected: in one)".formatted(name, committed, corpus));
    }

    /**
     * A folder {@code NAME/1/model.onnx} of these models alone, and those in {@code others}, for servers to load.
     *
     * @param title the folder's name
     */
    public Path folder(String title, List<String> names, Path others) throws IOException {
        Path folder = work.resolve("models").resolve(title);
        deleteAll(folder);
        Files.createDirectories(folder);
        for (String name : names) {
            copyAll(io(name).resolveSibling("model.onnx"), folder.resolve(name).resolve("1/model.onnx"));
        }
        if (Files.isDirectory(others)) {
            copyAll(others, folder);
        }
        return folder;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.toAbsolutePath().getParent());
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}

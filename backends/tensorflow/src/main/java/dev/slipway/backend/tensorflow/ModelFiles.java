package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model as it lies on the disk.
 *
 * @param kind what it is
 * @param path a folder of a SavedModel, else a file
 */
record ModelFiles(Kind kind, Path path) {
    static final String SAVED_MODEL = "saved_model.pb";

    private static final String SAVED_MODEL_TEXT = "saved_model.pbtxt";
    private static final String FROZEN = "model.pb";
    /** As Triton Inference Server has them. */
    private static final String TRITON_FROZEN = "model.graphdef";

    private static final String TRITON_SAVED_MODEL = "model.savedmodel";
    /** Another backend's, which hands on what is in it. */
    private static final String MLFLOW = "MLmodel";

    private static final int HEAD_BYTES = 600;

    /** What a model can be. */
    enum Kind {
        SAVED_MODEL,
        /** A frozen GraphDef. */
        GRAPH,
        /** A SavedModel in protobuf's text form. */
        TEXT,
        /** A checkpoint of TensorFlow 1 with its meta graph. */
        CHECKPOINT
    }

    /** Its name without the folders around it. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /** The model at a path, if names and first bytes say that there is one. */
    static Optional<ModelFiles> find(Path path) {
        return Files.isDirectory(path) ? inFolder(path) : file(path);
    }

    private static Optional<ModelFiles> file(Path path) {
        String name = String.valueOf(path.getFileName());
        Path parent = path.toAbsolutePath().getParent();
        if (!Files.isRegularFile(path) || parent == null) {
            return Optional.empty();
        } else if (name.equals(SAVED_MODEL)) {
            return Optional.of(new ModelFiles(Kind.SAVED_MODEL, parent));
        } else if (name.equals(SAVED_MODEL_TEXT)) {
            return Optional.of(new ModelFiles(Kind.TEXT, path));
        }
        return isGraph(path) ? Optional.of(new ModelFiles(Kind.GRAPH, path)) : Optional.empty();
    }

    private static Optional<ModelFiles> inFolder(Path folder) {
        if (Files.isRegularFile(folder.resolve(MLFLOW))) {
            return Optional.empty();
        } else if (Files.isRegularFile(folder.resolve(SAVED_MODEL))) {
            return Optional.of(new ModelFiles(Kind.SAVED_MODEL, folder));
        } else if (Files.isRegularFile(folder.resolve(SAVED_MODEL_TEXT))) {
            return Optional.of(new ModelFiles(Kind.TEXT, folder.resolve(SAVED_MODEL_TEXT)));
        } else if (Files.isRegularFile(folder.resolve(TRITON_SAVED_MODEL).resolve(SAVED_MODEL))) {
            return Optional.of(new ModelFiles(Kind.SAVED_MODEL, folder.resolve(TRITON_SAVED_MODEL)));
        }
        return loose(folder);
    }

    private static Optional<ModelFiles> loose(Path folder) {
        List<Path> graphs = new ArrayList<>();
        Path meta = null;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.{pb,graphdef,meta}")) {
            for (Path entry : entries) {
                if (entry.toString().endsWith(".meta")) {
                    meta = entry;
                } else if (isGraph(entry)) {
                    graphs.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be listed: %s".formatted(folder, e), e);
        }
        for (String preferred : List.of(FROZEN, TRITON_FROZEN)) {
            if (graphs.contains(folder.resolve(preferred))) {
                return Optional.of(new ModelFiles(Kind.GRAPH, folder.resolve(preferred)));
            }
        }
        if (graphs.size() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds %s (expected: one graph, or '%s')"
                            .formatted(
                                    folder.getFileName(),
                                    graphs.stream()
                                            .map(Path::getFileName)
                                            .sorted()
                                            .toList(),
                                    FROZEN));
        } else if (graphs.size() == 1) {
            return Optional.of(new ModelFiles(Kind.GRAPH, graphs.get(0)));
        }
        return meta != null && Files.isRegularFile(folder.resolve("checkpoint"))
                ? Optional.of(new ModelFiles(Kind.CHECKPOINT, meta))
                : Optional.empty();
    }

    /** Whether a file is called what only a graph is, or begins as one: with a node that has a name and an op. */
    private static boolean isGraph(Path path) {
        String name = String.valueOf(path.getFileName());
        if (name.startsWith(".") || !Files.isRegularFile(path)) {
            return false;
        } else if (name.equals(TRITON_FROZEN)) {
            return true;
        } else if (!name.endsWith(".pb") && !name.endsWith(".graphdef")) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return beginsWithNode(in.readNBytes(HEAD_BYTES));
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path, e), e);
        }
    }

    /** Field 1 of GraphDef is a NodeDef, whose fields 1 and 2 are its name and its op. */
    private static boolean beginsWithNode(byte[] head) {
        int at = 1;
        while (at < head.length && head[at] < 0) {
            at++;
        }
        int name = at + 1;
        boolean isNode = head.length > name + 1 && head[0] == 0x0a && head[name] == 0x0a && head[name + 1] > 0;
        int op = isNode ? name + 2 + head[name + 1] : 0;
        return isNode && op + 2 < head.length && head[op] == 0x12 && Character.isUpperCase(head[op + 2]);
    }
}

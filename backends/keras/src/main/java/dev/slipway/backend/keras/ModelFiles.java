package dev.slipway.backend.keras;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model.
 *
 * @param model a {@code .keras} or {@code .h5} file
 * @param config the architecture as JSON, where it lies beside the weights; else null
 */
record ModelFiles(Path model, @Nullable Path config) {
    private static final List<String> SUFFIXES = List.of(".keras", ".h5", ".hdf5");

    /** Of several files in a folder, the first of these that there is. */
    private static final List<String> PREFERRED = List.of("model.keras", "model.h5", "model.hdf5");

    /** Names of the file that {@code model.to_json()} is written to. */
    private static final List<String> CONFIGS = List.of("config.json", "model.json", "architecture.json");

    /** Files that make a folder another format's. */
    private static final Set<String> FOREIGN = Set.of("MLmodel", "saved_model.pb", "saved_model.pbtxt");

    /** The files at a path; empty when there are none. Looks at names only. */
    static Optional<ModelFiles> at(Path path) {
        if (!Files.isDirectory(path)) {
            if (!isModel(path)) {
                return Optional.empty();
            }
            if (!Files.isRegularFile(path)) {
                throw new SlipwayException(UNAVAILABLE, "'%s' is not there (expected: a file)".formatted(path));
            }
            return Optional.of(new ModelFiles(path, null));
        }
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (FOREIGN.contains(name) || name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
                    return Optional.empty();
                }
                if (isModel(entry) && Files.isRegularFile(entry)) {
                    models.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be listed: %s".formatted(path, e), e);
        }
        models.sort(null);
        return models.isEmpty() ? Optional.empty() : Optional.of(chosen(path, models));
    }

    private static ModelFiles chosen(Path folder, List<Path> models) {
        for (String name : PREFERRED) {
            Path preferred = folder.resolve(name);
            if (models.contains(preferred)) {
                return new ModelFiles(preferred, config(folder));
            }
        }
        if (models.size() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds %s (expected: one of them, or '%s')"
                            .formatted(
                                    folder.getFileName(),
                                    models.stream().map(Path::getFileName).toList(),
                                    PREFERRED.get(0)));
        }
        return new ModelFiles(models.get(0), config(folder));
    }

    private static @Nullable Path config(Path folder) {
        for (String name : CONFIGS) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return null;
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && SUFFIXES.stream().anyMatch(name::endsWith);
    }

    boolean isArchive() {
        return name().toLowerCase(Locale.ROOT).endsWith(".keras");
    }

    /** The model file's name. */
    String name() {
        return String.valueOf(model.getFileName());
    }
}

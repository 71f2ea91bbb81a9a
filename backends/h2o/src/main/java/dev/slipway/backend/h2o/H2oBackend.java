package dev.slipway.backend.h2o;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.Holdings;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens MOJOs: {@code model.zip}, {@code model.mojo} and their like. */
final class H2oBackend implements Backend {
    static final String NAME = "h2o";
    static final String FORMAT = "mojo";

    private final Holdings holdings = new Holdings();
    private volatile boolean isLoaded;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        if (!Files.isDirectory(path)) {
            return isModel(path) ? Optional.of(new H2oLoader(this, path)) : Optional.empty();
        }
        List<Path> models = models(path);
        if (models.size() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds %s (expected: one of them)"
                            .formatted(
                                    path.getFileName(),
                                    models.stream()
                                            .map(model -> String.valueOf(model.getFileName()))
                                            .toList()));
        }
        return models.stream().findFirst().map(model -> new H2oLoader(this, model));
    }

    /** A zip may hold anything; one with {@code model.ini} at its top is a MOJO. */
    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (name.startsWith(".") || !Files.isRegularFile(path)) {
            return false;
        }
        try {
            return name.endsWith(".mojo") || (name.endsWith(".zip") && ZipDirectory.has(path, ModelIni.ENTRY));
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path, e), e);
        }
    }

    private static List<Path> models(Path folder) {
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (String.valueOf(entry.getFileName()).equals("MLmodel")) {
                    return List.of();
                } else if (isModel(entry)) {
                    models.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be listed: %s".formatted(folder, e), e);
        }
        models.sort(null);
        return models;
    }

    /** Counts a model that was loaded. */
    Holdings.Claim claim(long memoryBytes) {
        isLoaded = true;
        return holdings.claim(memoryBytes);
    }

    @Override
    public BackendReport report() {
        return holdings.report("H2O genmodel 3.46.0.12", isLoaded, 0);
    }

    @Override
    public void close() {
        // Models share nothing.
    }
}

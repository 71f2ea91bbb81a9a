package dev.slipway.backend.catboost;

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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code model.cbm} and its like. The native library is loaded with the first model. */
final class CatBoostBackend implements Backend {
    static final String NAME = "catboost";
    static final String FORMAT = "cbm";

    private static final String PREFERRED = "model.cbm";

    private final Holdings holdings = new Holdings();
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private volatile boolean isLoaded;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        if (!Files.isDirectory(path)) {
            if (!isModel(path)) {
                return Optional.empty();
            } else if (!Files.isRegularFile(path)) {
                throw new SlipwayException(UNAVAILABLE, "'%s' is not there (expected: a file)".formatted(path));
            }
            return Optional.of(new CatBoostLoader(this, path));
        }
        List<Path> models = models(path);
        if (models.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> preferred = models.stream()
                .filter(model -> PREFERRED.equals(String.valueOf(model.getFileName())))
                .findFirst();
        if (preferred.isEmpty() && models.size() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds %s (expected: one of them, or '%s')"
                            .formatted(
                                    path.getFileName(),
                                    models.stream()
                                            .map(model -> String.valueOf(model.getFileName()))
                                            .toList(),
                                    PREFERRED));
        }
        return Optional.of(new CatBoostLoader(this, preferred.orElse(models.get(0))));
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".cbm") && !name.startsWith(".");
    }

    private static List<Path> models(Path folder) {
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (String.valueOf(entry.getFileName()).equals("MLmodel")) {
                    return List.of();
                } else if (isModel(entry) && Files.isRegularFile(entry)) {
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

    /** SHA-256 of files that opened well in a process of their own. */
    Set<String> tried() {
        return tried;
    }

    @Override
    public BackendReport report() {
        return holdings.report("CatBoost 1.2.7", isLoaded, 0);
    }

    @Override
    public void close() {
        // Models share nothing but the native library, which stays until the process ends.
    }
}

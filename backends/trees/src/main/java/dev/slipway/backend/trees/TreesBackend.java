package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.LoadOptions;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Opens models of XGBoost and LightGBM. No native code: files are read and run by code of ours. */
final class TreesBackend implements Backend {
    static final String NAME = "trees";

    /** As XGBoost, LightGBM, KServe, MLServer, Triton and MLflow name them. */
    private static final List<String> SUFFIXES =
            List.of(".json", ".ubj", ".bst", ".model", ".bin", ".xgb", ".xgboost", ".deprecated", ".lgb", ".txt");
    /** Which file is meant where there are several, the first one first. */
    private static final List<String> PREFERRED = List.of(
            "model.ubj",
            "model.json",
            "model.bst",
            "model.xgb",
            "model.model",
            "model.bin",
            "model.txt",
            "model.lgb",
            "xgboost.ubj",
            "xgboost.json",
            "xgboost.model");

    private final Holdings holdings = new Holdings();
    private final Descriptions descriptions = new Descriptions();
    private volatile boolean hasLoaded;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        Map<String, TreeFormat> found = new TreeMap<>();
        boolean isFolder = Files.isDirectory(path);
        if (isFolder) {
            files(path).forEach(file -> look(file, found));
        } else if (Files.isRegularFile(path)) {
            look(path, found);
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String first = found.keySet().iterator().next();
        Optional<String> preferred =
                PREFERRED.stream().filter(found::containsKey).findFirst();
        if (preferred.isEmpty() && found.size() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds %s (expected: one of them, or one named model)"
                            .formatted(path.getFileName(), found.keySet()));
        }
        String name = preferred.orElse(first);
        TreeFormat format = found.getOrDefault(name, TreeFormat.LIGHTGBM);
        return Optional.of(new TreesLoader(this, isFolder ? path.resolve(name) : path, format, LoadOptions.NONE));
    }

    private static void look(Path file, Map<String, TreeFormat> found) {
        String name = String.valueOf(file.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        if (SUFFIXES.stream().anyMatch(lower::endsWith) && !name.startsWith(".")) {
            TreeFormat.of(file).ifPresent(format -> found.put(name, format));
        }
    }

    /** The files of a folder; none of one that another project's layout lies in. */
    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (String.valueOf(entry.getFileName()).equals("MLmodel")) {
                    return List.of();
                } else if (Files.isRegularFile(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be listed: %s".formatted(folder, e), e);
        }
        return files;
    }

    Descriptions descriptions() {
        return descriptions;
    }

    Holdings.Claim claim(long memoryBytes) {
        hasLoaded = true;
        return holdings.claim(memoryBytes);
    }

    @Override
    public BackendReport report() {
        return holdings.report("Slipway trees", hasLoaded, 0);
    }

    @Override
    public void close() {}
}

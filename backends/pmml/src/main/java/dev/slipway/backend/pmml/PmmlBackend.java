package dev.slipway.backend.pmml;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.Holdings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens {@code model.pmml} and its like. */
final class PmmlBackend implements Backend {
    static final String NAME = "pmml";

    private static final String PREFERRED = "model.pmml";
    private static final int HEAD_BYTES = 4096;
    /** The first element, behind a declaration and comments. OpenVINO's files are {@code .xml}, too; their root is {@code net}. */
    private static final Pattern ROOT = Pattern.compile("(?s)[^<]*(<[?!].*?>\\s*)*<(\\w+:)?PMML[\\s>].*");

    private final Holdings holdings = new Holdings();
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
            return Optional.of(new PmmlLoader(this, path));
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
        return Optional.of(new PmmlLoader(this, preferred.orElse(models.get(0))));
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && (name.endsWith(".pmml")
                        || (name.endsWith(".xml") && Files.isRegularFile(path) && startsAsPmml(path)));
    }

    private static boolean startsAsPmml(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return ROOT.matcher(new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1))
                    .matches();
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

    @Override
    public BackendReport report() {
        return holdings.report("PMML4S 1.5.6", isLoaded, 0);
    }

    @Override
    public void close() {
        // Models share nothing.
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.onnxruntime.OrtEnvironment;
import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
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
import org.jspecify.annotations.Nullable;

/** Opens {@code model.onnx} and its like. The native runtime starts with the first model that is loaded. */
final class OnnxBackend implements Backend {
    static final String NAME = "onnx";

    private static final String SUFFIX = ".onnx";
    private static final String PREFERRED = "model.onnx";

    private final BackendSettings settings;
    private final Watchdog watchdog = new Watchdog();
    private final Starter starter = new Starter();
    private final Holdings holdings = new Holdings();

    /** Guarded by this. */
    private @Nullable OrtRuntime runtime;

    /** Guarded by this. */
    private @Nullable Conversions conversions;

    OnnxBackend(BackendSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        if (!Files.isDirectory(path)) {
            return isModel(path) ? Optional.of(new OnnxLoader(this, existing(path))) : Optional.empty();
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
        return Optional.of(new OnnxLoader(this, preferred.orElse(models.get(0))));
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.toLowerCase(Locale.ROOT).endsWith(SUFFIX) && !name.startsWith(".");
    }

    private static Path existing(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is not there (expected: a file)".formatted(path));
        }
        return path;
    }

    private static List<Path> models(Path folder) {
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isModel(entry) && Files.isRegularFile(entry)) {
                    models.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be listed: %s".formatted(folder, e), e);
        }
        models.sort(null);
        return models;
    }

    synchronized OrtRuntime runtime() {
        OrtRuntime started = runtime;
        if (started == null) {
            started = starter.call(() -> {
                watchdog.start();
                return OrtRuntime.shared(settings.intraOpThreads());
            });
            runtime = started;
        }
        return started;
    }

    synchronized Conversions conversions() {
        Conversions made = conversions;
        if (made == null) {
            made = new Conversions(runtime());
            conversions = made;
        }
        return made;
    }

    @Override
    public synchronized BackendReport report() {
        OrtRuntime started = runtime;
        int threads = started == null ? 0 : started.intraOpThreads() - 1;
        return holdings.report(runtimeName(), started != null, threads);
    }

    /** Name and version, which its jar says. */
    static String runtimeName() {
        String version = OrtEnvironment.class.getPackage().getImplementationVersion();
        return "ONNX Runtime" + (version == null ? "" : " " + version);
    }

    Holdings holdings() {
        return holdings;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public synchronized void close() {
        watchdog.close();
        starter.close();
        Conversions made = conversions;
        conversions = null;
        if (made != null) {
            made.close();
        }
    }
}

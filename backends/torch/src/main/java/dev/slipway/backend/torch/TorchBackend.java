package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.Holdings;
import java.io.IOException;
import java.io.InputStream;
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
import org.jspecify.annotations.Nullable;

/** Opens {@code model.pt} and its like. PyTorch starts with the first model that is loaded. */
final class TorchBackend implements Backend {
    static final String NAME = "torch";
    static final String FORMAT = "torchscript";

    private static final List<String> SUFFIXES = List.of(".pt", ".pth", ".ts");
    private static final String PREFERRED = "model.pt";
    /** Folders that hold one of these are somebody else's, whatever else they hold. */
    private static final Set<String> OTHERS = Set.of("MLmodel", "MAR-INF");

    private final BackendSettings settings;
    private final Holdings holdings = new Holdings();
    private final Set<String> tried = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private @Nullable TorchRuntime runtime;

    TorchBackend(BackendSettings settings) {
        this.settings = settings;
    }

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
            return Optional.of(new TorchLoader(this, path));
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
        return Optional.of(new TorchLoader(this, preferred.orElse(models.get(0))));
    }

    /** {@code .ts} is the name of other things, too: of TypeScript, and of films. */
    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && SUFFIXES.stream().anyMatch(name::endsWith)
                && (!name.endsWith(".ts") || (Files.isRegularFile(path) && startsAsZip(path)));
    }

    private static boolean startsAsZip(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path, e), e);
        }
    }

    private static List<Path> models(Path folder) {
        List<Path> models = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (OTHERS.contains(String.valueOf(entry.getFileName()))) {
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

    synchronized TorchRuntime runtime() {
        TorchRuntime started = runtime;
        if (started == null) {
            started = TorchRuntime.start(settings.intraOpThreads());
            runtime = started;
        }
        return started;
    }

    Holdings holdings() {
        return holdings;
    }

    /** SHA-256 of files that opened well in a process of their own. */
    Set<String> tried() {
        return tried;
    }

    @Override
    public synchronized BackendReport report() {
        TorchRuntime started = runtime;
        return holdings.report(
                "PyTorch " + TorchRuntime.VERSION, started != null, started == null ? 0 : started.threads());
    }

    @Override
    public synchronized void close() {
        TorchRuntime started = runtime;
        runtime = null;
        if (started != null) {
            started.close();
        }
    }
}

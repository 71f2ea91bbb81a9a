package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Loads one TorchScript file, once it has passed every check, and was opened by another process. */
final class TorchLoader implements Loader {
    private final TorchBackend backend;
    private final Path path;
    private final LoadOptions options;

    TorchLoader(TorchBackend backend, Path path) {
        this(backend, path, LoadOptions.NONE);
    }

    private TorchLoader(TorchBackend backend, Path path, LoadOptions options) {
        this.backend = backend;
        this.path = path;
        this.options = options;
    }

    @Override
    public String format() {
        return TorchBackend.FORMAT;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Loader with(LoadOptions said) {
        return new TorchLoader(backend, path, said);
    }

    @Override
    public ModelDescription describe() {
        return CheckedScript.of(path, options).description();
    }

    @Override
    public Servable load() {
        CheckedScript checked = CheckedScript.of(path, options);
        TorchRuntime runtime = backend.runtime();
        Path natives = TorchRuntime.natives();
        String digest = digest();
        if (natives != null && !backend.tried().contains(digest)) {
            TorchTrial.check(checked.file(), path, natives);
            backend.tried().add(digest);
        }
        return new TorchServable(
                checked,
                TorchModule.open(checked.file(), path),
                runtime,
                options,
                backend.holdings().claim(checked.description().memoryBytes()));
    }

    private String digest() {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path.getFileName(), e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

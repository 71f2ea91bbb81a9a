package dev.slipway.transforms.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The native library of Hugging Face's tokenizers, taken from its jar into a folder of this process alone, and loaded when the
 * first model asks for it. The library's own loader is passed by: it would keep the file in the user's folder, and may fetch
 * another one from the network.
 */
final class NativeTokenizers {
    private NativeTokenizers() {}

    /** Where the library lies; made once. */
    private static final class Unpacked {
        static final Path FILE = unpack();
    }

    /** The library in this process. */
    private static final class Loaded {
        static final Path FILE = Unpacked.FILE;

        static {
            System.load(FILE.toString());
        }
    }

    /**
     * The library's file, there for as long as this process runs; not loaded.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when there is none for this machine
     */
    static Path unpacked() {
        try {
            return Unpacked.FILE;
        } catch (LinkageError e) {
            throw unloadable(e);
        }
    }

    /**
     * Has it loaded.
     *
     * @return the library's file, there for as long as this process runs
     * @throws SlipwayException {@code FAILED_PRECONDITION} when there is none for this machine, or it can't be loaded
     */
    static Path load() {
        try {
            return Loaded.FILE;
        } catch (LinkageError e) {
            throw unloadable(e);
        }
    }

    private static SlipwayException unloadable(LinkageError e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION, "tokenizers' native library can't be loaded: " + cause.getMessage(), e);
    }

    private static Path unpack() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "");
        boolean isArm = machine.equals("aarch64");
        String named = system.contains("win")
                ? "win-x86_64/cpu/tokenizers.dll"
                : system.contains("mac")
                        ? "osx-%s/cpu/libtokenizers.dylib".formatted(isArm ? "aarch64" : "x86_64")
                        : "linux-%s/cpu/libtokenizers.so".formatted(isArm ? "aarch64" : "x86_64");
        try (InputStream in = TokenizersLibrary.class.getResourceAsStream("/native/lib/" + named)) {
            if (in == null) {
                throw new IllegalStateException("there is none for %s on %s".formatted(system, machine));
            }
            Path folder = Files.createTempDirectory("slipway-tokenizers-");
            folder.toFile().deleteOnExit();
            Path file = folder.resolve(Path.of(named).getFileName());
            file.toFile().deleteOnExit();
            Files.copy(in, file);
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("it can't be unpacked: " + e, e);
        }
    }
}

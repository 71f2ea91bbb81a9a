package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * Says how JavaCPP, which TensorFlow's Java interface is made with, is to load and keep native things. It reads system
 * properties when its classes are initialised; what people set themselves stays.
 */
final class Natives {
    /** Where the libraries are written that the jar holds; people may set it. */
    static final String FOLDER = "org.bytedeco.javacpp.cachedir";

    private static final String FOLDER_NAME = "natives";

    private Natives() {}

    /**
     * To be called before any class of JavaCPP is touched.
     *
     * @throws SlipwayException {@code UNAVAILABLE} when the libraries can't be written anywhere
     */
    static void prepare() {
        // All that is allocated is given back by its owner; a collector's help would cost a lock for each pointer.
        setUnlessSet("org.bytedeco.javacpp.nopointergc", "true");
        // JavaCPP would refuse to allocate when the process, all models included, is larger than it likes.
        setUnlessSet("org.bytedeco.javacpp.maxbytes", "0");
        setUnlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
        if (System.getProperty(FOLDER) == null && System.getProperty("org.bytedeco.javacpp.cacheDir") == null) {
            System.setProperty(FOLDER, folder(origin()).toString());
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Beside the backend's jars, where they are from a release and the folder may be written; else in a folder of the user's
     * own among temporary files. It stays for the next start, which then takes seconds less.
     */
    static Path folder(Path origin) {
        Path parent = origin.getParent();
        if (Files.isRegularFile(origin) && parent != null && Files.isWritable(parent)) {
            return parent.resolve(FOLDER_NAME);
        }
        Path own = Path.of(
                System.getProperty("java.io.tmpdir", "."),
                "slipway-tensorflow-" + System.getProperty("user.name", "user"));
        try {
            return Files.createDirectories(own);
        } catch (IOException e) {
            throw new SlipwayException(
                    UNAVAILABLE,
                    "TensorFlow's libraries can't be written to '%s' (expected: a folder in the property %s): %s"
                            .formatted(own, FOLDER, e),
                    e);
        }
    }

    private static Path origin() {
        CodeSource source = Natives.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? Path.of("") : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the backend's jar has no place", e);
        }
    }
}

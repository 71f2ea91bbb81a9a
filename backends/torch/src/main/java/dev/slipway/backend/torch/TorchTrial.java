package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.djl.pytorch.engine.PtEngineProvider;
import ai.djl.pytorch.jni.IValue;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.TrialProcess;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Opens a file in a process of its own first: PyTorch's parser and unpickler end the process on some. */
final class TorchTrial {
    private static final Duration TIME_MAX = Duration.ofMinutes(2);

    private TorchTrial() {}

    /**
     * @param natives where this process unpacked PyTorch's libraries
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the file is refused, or ends the process
     */
    static void check(String file, Path path, Path natives) {
        Set<Path> classPath = new LinkedHashSet<>();
        for (Class<?> needed : List.of(
                TorchTrial.class,
                TrialProcess.class,
                SlipwayException.class,
                IValue.class,
                PtEngineProvider.class,
                ai.djl.Device.class,
                com.google.gson.Gson.class,
                org.slf4j.LoggerFactory.class)) {
            classPath.add(TrialProcess.origin(needed));
        }
        classPath.add(jarOf("jnilib/pytorch.properties"));
        classPath.add(jarOf("native/lib/pytorch.properties"));
        new TrialProcess(new ArrayList<>(classPath), TorchTrial.class.getName(), List.of("-Xmx128m"), TIME_MAX)
                .check("'%s'".formatted(file), List.of(path.toAbsolutePath().toString(), natives.toString()));
    }

    private static Path jarOf(String resource) {
        URL url = TorchTrial.class.getClassLoader().getResource(resource);
        try {
            URLConnection connection = url == null ? null : url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                return Path.of(jar.getJarFileURL().getPath());
            }
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be found: %s".formatted(resource, e), e);
        }
        throw new SlipwayException(
                UNAVAILABLE, "'%s' is missing (expected: PyTorch's native libraries)".formatted(resource));
    }

    /** The child: a file, and where the libraries are. */
    public static void main(String[] arguments) {
        Path path = Path.of(arguments[0]);
        try {
            TorchRuntime.start(1, Path.of(arguments[1]));
            TorchModule.open(String.valueOf(path.getFileName()), path).close();
            System.out.println(TrialProcess.WELL);
        } catch (SlipwayException e) {
            System.out.println(e.getMessage());
        }
        System.out.flush();
        // Modules may have started threads.
        Runtime.getRuntime().halt(0);
    }
}

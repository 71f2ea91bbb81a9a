package dev.slipway.backend.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is fetched for people is what these tests run with. */
class ArtifactsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "org.tensorflow:tensorflow-core-native:1.1.0, org/tensorflow/internal/c_api/TF_Session.class",
        "org.tensorflow:tensorflow-core-native:1.1.0:linux-x86_64,"
                + " org/tensorflow/internal/c_api/linux-x86_64/libjnitensorflow.so",
        "org.bytedeco:javacpp:1.5.11, org/bytedeco/javacpp/Pointer.class",
    })
    void isLocked(String artifact, String resource) throws Exception {
        List<String> lines = Files.readAllLines(Path.of("artifacts.lock"));
        URL found = Objects.requireNonNull(getClass().getClassLoader().getResource(resource), resource);
        Path jar = Path.of(
                ((JarURLConnection) found.openConnection()).getJarFileURL().toURI());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        assertThat(lines)
                .hasSize(3)
                .contains("%s %d %s".formatted(HexFormat.of().formatHex(digest), Files.size(jar), artifact));
    }
}

package dev.slipway.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxRuntimeLibrariesTest {
    @TempDir
    private Path backend;

    @BeforeEach
    void makeJar() throws IOException {
        writeJar("first");
    }

    private void writeJar(String content) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(backend.resolve("onnxruntime-1.jar")))) {
            for (String name : List.of("linux-x64/", "linux-x64/a.so", "linux-x64/b.so", "osx-aarch64/a.dylib/deep")) {
                jar.putNextEntry(new ZipEntry("ai/onnxruntime/native/" + name));
                if (!name.endsWith("/")) {
                    jar.write((content + name).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private Path unpack() throws IOException {
        return Objects.requireNonNull(OnnxRuntimeLibraries.unpack(backend, "linux-x64"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void unpacksOnceAndThenUsesWhatIsThere() throws IOException {
        Path folder = unpack();
        assertThat(names(folder)).containsExactly("a.so", "b.so");
        assertThat(folder.resolve("a.so")).hasContent("firstlinux-x64/a.so");
        // As long as it should be, so it is not looked into.
        Files.writeString(folder.resolve("a.so"), "FIRSTlinux-x64/a.so");
        assertThat(unpack()).isEqualTo(folder);
        assertThat(folder.resolve("a.so")).hasContent("FIRSTlinux-x64/a.so");
    }

    @Test
    void unpacksAgainWhatIsMissingOrCutShort() throws IOException {
        Path folder = unpack();
        Files.writeString(folder.resolve("a.so"), "first");
        Files.delete(folder.resolve("b.so"));
        assertThat(unpack()).isEqualTo(folder);
        assertThat(names(folder)).containsExactly("a.so", "b.so");
        assertThat(folder.resolve("a.so")).hasContent("firstlinux-x64/a.so");
        assertThat(folder.resolve("b.so")).hasContent("firstlinux-x64/b.so");
    }

    @Test
    void unpacksAnotherJarAndForgetsTheOldOne() throws IOException {
        Path first = unpack();
        writeJar("other");
        Path other = unpack();
        assertThat(other.resolve("a.so")).hasContent("otherlinux-x64/a.so");
        assertThat(names(backend.resolve("native")))
                .containsExactly(other.getFileName().toString());
        assertThat(first).doesNotExist();
    }

    @Test
    void hasNothingForAPlatformThatTheJarDoesNotKnow() throws IOException {
        assertThat(OnnxRuntimeLibraries.unpack(backend, "linux-ppc64")).isNull();
        assertThat(OnnxRuntimeLibraries.unpack(backend, "osx-aarch64")).isNull();
        assertThat(backend.resolve("native")).doesNotExist();
    }

    @Test
    void failsWhereItMayNotWrite() throws IOException {
        Files.createFile(backend.resolve("native"));
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x64",
        "Linux, aarch64, linux-aarch64",
        "Mac OS X, aarch64, osx-aarch64",
        "Windows Server 2022, amd64, win-x64"
    })
    void callsPlatformsAsTheRuntimeDoes(String osName, String osArch, String platform) {
        assertThat(OnnxRuntimeLibraries.platform(osName, osArch)).isEqualTo(platform);
    }
}

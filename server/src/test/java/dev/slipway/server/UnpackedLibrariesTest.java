package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the server of a small distribution in a process of its own, which stops again after some requests. */
class UnpackedLibrariesTest {
    @TempDir
    private Path folder;

    private Path backend;
    private Path temporary;

    @BeforeEach
    void makeDistribution() throws IOException {
        backend = Files.createDirectories(folder.resolve("slipway/backends/onnx"));
        temporary = Files.createDirectories(folder.resolve("tmp"));
        Path jar = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("onnxruntime-[0-9.]+\\.jar"))
                .findAny()
                .orElseThrow();
        Files.copy(jar, backend.resolve(jar.getFileName()));
    }

    private void startAndStop() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dslipway.home=" + folder.resolve("slipway"),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train-startup",
                SlipwayExtension.examples().toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("iris:1 AVAILABLE");
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void theFirstStartUnpacksThemLaterOnesUseThemAndNoneLeavesAnythingBehind() throws Exception {
        startAndStop();
        List<Path> libraries = filesIn(backend.resolve("native"));
        assertThat(libraries).hasSizeGreaterThanOrEqualTo(2);
        assertThat(temporary).isEmptyDirectory();
        List<Object> written = written(libraries);
        startAndStop();
        assertThat(written(filesIn(backend.resolve("native")))).isEqualTo(written);
        assertThat(temporary).isEmptyDirectory();
    }

    private static List<Object> written(List<Path> files) throws IOException {
        List<Object> written = new ArrayList<>();
        for (Path file : files) {
            written.add(List.of(file, Files.getLastModifiedTime(file), Files.getAttribute(file, "unix:ino")));
        }
        return written;
    }

    @Test
    void aDistributionThatCanNotBeWrittenToStartsAsWell() throws Exception {
        // Permissions would not stop a test that runs as root.
        Files.createFile(backend.resolve("native"));
        startAndStop();
        assertThat(backend.resolve("native")).isEmptyFile();
    }
}

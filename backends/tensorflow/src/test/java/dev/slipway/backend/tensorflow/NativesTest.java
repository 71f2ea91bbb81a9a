package dev.slipway.backend.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
    @TempDir
    Path folder;

    @Test
    void areWrittenBesideTheJarsOfARelease() throws Exception {
        Path jar = Files.createFile(folder.resolve("slipway-backend-tensorflow.jar"));
        assertThat(Natives.folder(jar)).isEqualTo(folder.resolve("natives"));
    }

    @Test
    void areWrittenAmongTemporaryFilesFromAFolderOfClasses() {
        assertThat(Natives.folder(folder))
                .isDirectory()
                .hasParent(Path.of(System.getProperty("java.io.tmpdir")))
                .satisfies(found -> assertThat(found.getFileName().toString()).startsWith("slipway-tensorflow-"));
    }
}

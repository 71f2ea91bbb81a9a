package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    @TempDir
    Path folder;

    /** Writers empty a file before they fill it, and a look may come between. */
    @Test
    void anEmptyFileCountsWhenItIsSeenAgain() throws Exception {
        Path path = folder.resolve("slipway.yaml");
        SettingsFile<String> file = new SettingsFile<>(path, false, (subject, text) -> text);
        Files.writeString(path, "before");
        assertThat(file.look()).isTrue();

        Files.writeString(path, "");
        assertThat(file.look()).isFalse();
        assertThat(file.said()).isEqualTo("before");
        Files.writeString(path, "after");
        assertThat(file.look()).isTrue();
        assertThat(file.said()).isEqualTo("after");

        Files.writeString(path, " ");
        assertThat(file.look()).isFalse();
        assertThat(file.look()).isTrue();
        assertThat(file.said()).isEqualTo(" ");
        assertThat(file.look()).isFalse();
    }
}

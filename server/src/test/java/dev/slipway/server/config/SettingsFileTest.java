package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(-7);

    private SettingsFile<String> file(Path path) {
        return new SettingsFile<>(path, false, (subject, text) -> text, clock::get);
    }

    /** Writers empty a file before they fill it, and any number of looks may come between. */
    @Test
    void anEmptyFileCountsWhenItHasBeenSoForAWhile() throws Exception {
        Path path = folder.resolve("slipway.yaml");
        SettingsFile<String> file = file(path);
        Files.writeString(path, "before");
        assertThat(file.look()).isTrue();

        Files.writeString(path, "");
        assertThat(file.look()).isFalse();
        clock.addAndGet(SettingsFile.EMPTY_TIME.toNanos() - 1);
        assertThat(file.look()).isFalse();
        assertThat(file.look()).isFalse();
        assertThat(file.said()).isEqualTo("before");
        Files.writeString(path, "after");
        assertThat(file.look()).isTrue();
        assertThat(file.said()).isEqualTo("after");

        Files.writeString(path, " ");
        assertThat(file.look()).as("the time begins anew").isFalse();
        clock.addAndGet(SettingsFile.EMPTY_TIME.toNanos());
        assertThat(file.look()).isTrue();
        assertThat(file.said()).isEqualTo(" ");
        assertThat(file.look()).isFalse();
    }

    @Test
    void aFileThatIsEmptyFromTheBeginningCountsAtOnce() throws Exception {
        Path path = Files.writeString(folder.resolve("slipway.yaml"), "");
        SettingsFile<String> file = file(path);
        assertThat(file.look()).isTrue();
        assertThat(file.said()).isEmpty();
    }
}

package dev.slipway.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.Loader;
import dev.slipway.core.source.Backends;
import dev.slipway.server.backend.InstalledBackends;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The base distribution, as it is built: it knows every format, and says what to do for those that it can't open. */
class MissingBackendTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"digits-savedmodel, tensorflow", "digits-keras, keras", "digits-torchscript, torch"})
    void aModelWhoseBackendIsMissingSaysTheCommand(String model, String backend) throws Exception {
        Distribution.copy(temp, List.of());
        try (InstalledBackends backends = InstalledBackends.open(temp, new BackendSettings(1))) {
            Loader loader = new Backends(backends.all()).loader(version(model));
            Assertions.assertThatThrownBy(loader::describe)
                    .hasMessageContaining("backend '%s' is not installed".formatted(backend))
                    .hasMessageContaining("(run: slipway backend install %s)".formatted(backend));
        }
    }

    @Test
    void treesAndWorkersNeedNothing() throws Exception {
        Distribution.copy(temp, List.of());
        try (InstalledBackends backends = InstalledBackends.open(temp, new BackendSettings(1))) {
            Loader loader = new Backends(backends.all()).loader(version("breast-cancer-lightgbm"));
            assertThat(loader.describe().signatures()).isNotEmpty();
        }
    }

    private static Path version(String model) {
        return Path.of(System.getProperty("slipway.root"), "examples", "formats", model, "1");
    }
}

package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyfuncFolderTest {
    private static final Signature SIGNATURE = new Signature(
            Signature.DEFAULT,
            List.of(new TensorSpec("a", DType.FP64, Shape.of(-1))),
            List.of(new TensorSpec("predictions", DType.FP64, Shape.of(-1))));

    @TempDir
    Path folder;

    private Loader loader(LoadOptions options) throws Exception {
        Files.writeString(folder.resolve("MLmodel"), "flavors: {python_function: {}}");
        try (ProcessBackend backend = new ProcessBackend(new BackendSettings(1))) {
            return backend.recognise(folder).orElseThrow().with(options);
        }
    }

    @Test
    void isRunByPythonWithTheSignatureThatItIsGiven() throws Exception {
        Loader loader = loader(LoadOptions.NONE.withSignature(SIGNATURE));
        assertThat(loader.format()).isEqualTo("pyfunc");
        assertThat(loader.runsCode()).isTrue();
        assertThat(loader.describe().signatures()).containsValue(SIGNATURE);
        assertThat(loader.describe().metadata()).containsEntry("program", "python3");
    }

    @Test
    void isRunByThePythonThatPeopleName() throws Exception {
        Loader loader = loader(LoadOptions.NONE
                .withSignature(SIGNATURE)
                .withParameters(Map.of("python", "/srv/env/bin/python", "workers", "3")));
        assertThat(loader.describe().metadata())
                .containsEntry("program", "/srv/env/bin/python")
                .containsEntry("workers", "3");
    }

    @Test
    void doesNotRunWithoutASignature() throws Exception {
        Loader loader = loader(LoadOptions.NONE);
        assertThatThrownBy(loader::describe).hasMessageContaining("nothing says what goes in and out");
    }
}

package dev.slipway.backend.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Backend;
import dev.slipway.api.Servable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of every kind, with the answers that Keras 3.15 gave, or for older versions NumPy. */
class LayersTest {
    static Stream<String> files() throws Exception {
        try (Stream<Path> files = Files.list(Fixtures.models())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".json"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void answersAsKerasDoes(String name) throws Exception {
        Path file = Fixtures.models().resolve(name);
        // Mixed precision rounds to 11 bits in between, which nothing here does.
        double precision = name.startsWith("mixed") ? 2e-3 : 1e-4;
        Fixtures.Case expected =
                Fixtures.Case.read(Fixtures.models().resolve(name.substring(0, name.indexOf('.')) + ".json"));
        try (Backend backend = Fixtures.open();
                Servable servable = backend.recognise(file).orElseThrow().load()) {
            assertThat(expected.differences(servable, precision)).isEmpty();
        }
    }
}

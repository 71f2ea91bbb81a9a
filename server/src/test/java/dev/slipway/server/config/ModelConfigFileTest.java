package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.core.source.VersionSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigFileTest {
    @TempDir
    private Path folder;

    private ModelConfigFile read(String text) throws IOException {
        return ModelConfigFile.read(Files.writeString(folder.resolve("models.config"), text));
    }

    @Test
    void readsWhatTensorFlowServingReads() throws Exception {
        ModelConfigFile config = read("""
                model_config_list {
                  config { name: "a" base_path: "/m/a" model_platform: "tensorflow" }
                  config {
                    name: "b"
                    base_path: "/m/b"
                    model_version_policy { specific { versions: 42 versions: 43 } }
                    version_labels { key: 'stable' value: 42 }
                    version_labels { key: 'canary' value: 43 }
                  }
                  config { name: "c" base_path: "/m/c" model_version_policy { all {} } }
                  config { name: "d" base_path: "/m/d" model_version_policy { latest { num_versions: 2 } } }
                }
                """);
        assertThat(config.models().keySet()).containsExactly("a", "b", "c", "d");
        assertThat(config.models().values())
                .extracting("versions")
                .containsExactly(
                        VersionSelection.NEWEST,
                        new VersionSelection.Specific(Set.of(42L, 43L)),
                        new VersionSelection.All(),
                        new VersionSelection.Latest(2));
        assertThat(config.models().values()).extracting("location").contains("/m/a", "/m/d");
        assertThat(config.models().get("b").lifecycle().labels())
                .isEqualTo(Map.of("stable", Split.of(42), "canary", Split.of(43)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            model_config_list { config { nam: "a" } }                       | nam
            model_config_list { config { name: "a" base_path: "/a" }        | line 1, column 57
            model_config_list { config { base_path: "/a" } }                | model name ''
            model_config_list { config { name: "a" } }                      | no base_path
            model_config_list { config { name: "a/b" base_path: "/a" } }    | 'a/b'
            model_config_list { }                                           | no models
            """)
    void refusesTheWholeFileWithTheReason(String text, String part) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("models.config")
                .hasMessageContaining(part);
    }

    @Test
    void refusesAModelThatIsConfiguredTwice() {
        String config = "config { name: \"a\" base_path: \"/a\" }";
        assertThatThrownBy(() -> read("model_config_list { " + config + config + " }"))
                .hasMessageContaining("model 'a' is configured twice");
    }
}

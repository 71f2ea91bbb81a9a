package dev.slipway.protocol.tfserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.tensorflow.serving.BatchingParameters;
import dev.slipway.protocol.proto.tensorflow.serving.ModelConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTextTest {
    @Test
    void readsModelsWithPoliciesAndLabels() {
        ModelServerConfig config = ConfigText.parseModels("""
                # Two models.
                model_config_list {
                  config {
                    name: 'fraud', base_path: "/models/fraud" model_platform: "tensorflow"
                    model_version_policy { specific { versions: 6 versions: 7 } }
                    version_labels { key: 'stable' value: 6 }
                    version_labels { key: 'canary' value: 7 }
                  }
                  config: <
                    name: "digits"; base_path: "/models/" "digits"
                    model_version_policy: { latest { num_versions: 2 } }
                  >
                }
                """);

        ModelConfig fraud = config.getModelConfigList().getConfig(0);
        assertThat(fraud.getModelVersionPolicy().getSpecific().getVersionsList())
                .containsExactly(6L, 7L);
        assertThat(fraud.getVersionLabelsMap()).containsEntry("stable", 6L).containsEntry("canary", 7L);
        ModelConfig digits = config.getModelConfigList().getConfig(1);
        assertThat(digits.getBasePath()).isEqualTo("/models/digits");
        assertThat(digits.getModelVersionPolicy().getLatest().getNumVersions()).isEqualTo(2);
    }

    @Test
    void readsTheOtherFiles() {
        BatchingParameters batching = ConfigText.parseBatching("f", """
                max_batch_size { value: 128 }
                batch_timeout_micros { value: 0 }
                enable_large_batch_splitting { value: True }
                allowed_batch_sizes: [8, 128]
                """).message();
        assertThat(batching.getMaxBatchSize().getValue()).isEqualTo(128);
        assertThat(batching.hasBatchTimeoutMicros()).isTrue();
        assertThat(batching.getEnableLargeBatchSplitting().getValue()).isTrue();
        assertThat(batching.getAllowedBatchSizesList()).containsExactly(8L, 128L);
        assertThat(ConfigText.parseMonitoring("prometheus_config { enable: true path: '/m' }")
                        .getPrometheusConfig()
                        .getPath())
                .isEqualTo("/m");
        assertThat(ConfigText.parseSsl("server_key: 'k' client_verify: true").getClientVerify())
                .isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "base_pth: '/x' | column 5: unknown field 'base_pth' (nearest: base_path; expected: one of name, base_path, model_type,"
                        + " model_platform, logging_config, model_version_policy, version_labels)",
                "model_version_policy { latets {} } | column 28: unknown field 'latets' (nearest: latest; expected: one of latest, all,"
                        + " specific)",
                "name: 'a' name: 'b' | column 19: Non-repeated field \"tensorflow.serving.ModelConfig.name\" cannot be"
                        + " overwritten.",
                "name: 3 | column 11: Expected string.",
                "name 'a' | column 10: Expected \":\".",
            })
    void saysWhereAFileIsWrong(String line, String problem) {
        String text = "model_config_list {\n  config {\n    " + line + "\n  }\n}";

        assertThatThrownBy(() -> ConfigText.parseModels(text))
                .hasMessage("model config, line 3, " + problem)
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

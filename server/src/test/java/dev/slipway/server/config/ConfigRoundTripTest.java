package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigRoundTripTest {
    private static final Path ELSEWHERE = Path.of("/elsewhere");

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        for (long seed = 0; seed < 300; seed++) {
            ServingConfig config = new RandomConfigs(seed).next();
            String text = ConfigYaml.write(config);
            ServingConfig read =
                    ConfigYaml.parse("seed " + seed, text, ELSEWHERE).serving();
            assertThat(read).as("seed %d:%n%s", seed, text).isEqualTo(config);
        }
    }

    @Test
    void nothingIsWrittenThatNobodySaid() {
        ServingConfig config = ConfigYaml.parse("x", "repository: m\nmodels: {a: {pinned: false}}", Path.of("/srv"))
                .serving();
        assertThat(ConfigYaml.write(config)).isEqualTo("""
                repository: /srv/m
                models:
                  a:
                    pinned: false
                """);
    }

    @Test
    void whatAFileCanNotSayIsNotWrittenAsSomethingElse() {
        BatchingParameters levels = new BatchingParameters(
                Joining.LEARNT, new Queueing(List.of(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT), 1), Duration.ZERO, 0);
        ModelConfig model = new ModelConfig(
                "/m",
                ModelConfig.DEFAULT.versions(),
                false,
                ModelConfig.DEFAULT.lifecycle(),
                ModelConfig.DEFAULT.traffic(),
                WarmUpConfig.DEFAULT,
                levels);
        ServingConfig config = ConfigYaml.parse("x", "", ELSEWHERE).serving().withModels(Map.of("m", model));
        assertThatThrownBy(() -> ConfigYaml.write(config)).hasMessageContaining("expected: one level");
    }
}

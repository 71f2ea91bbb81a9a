package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.metrics.MetricsSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsConfigTest {
    private static StartConfig start(String text) {
        return ConfigYaml.parse("slipway.yaml", text + "repository: models\n", Path.of("/srv"))
                .start();
    }

    @Test
    void readsHowMuchIsCounted() {
        MetricsConfig said =
                start("metrics: {peers: false, phases: false, series: 50}\n").metrics();

        assertThat(said).isEqualTo(new MetricsConfig(false, false, 50));
        assertThat(MetricsSettings.of(said)).isEqualTo(new MetricsSettings(false, false, 50));
        assertThat(MetricsSettings.of(start("").metrics())).isEqualTo(MetricsSettings.DEFAULT);
    }

    @Test
    void isWhatItWasUntilARestart() {
        assertThat(start("metrics: {series: 50}\n").differences(start("")))
                .containsExactly("metrics.series: 50 (running: not said)");
    }

    @Test
    void takesNoRoomForNobody() {
        assertThatThrownBy(() -> start("metrics: {series: 0}\n"))
                .hasMessageContaining("slipway.yaml:1: metrics.series: 0 (expected: a whole number from 1)");
    }
}

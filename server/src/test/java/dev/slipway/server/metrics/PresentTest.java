package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PresentTest {
    private final Present present = new Present();

    private static VersionStatus version(long number, VersionState state) {
        return new VersionStatus(number, state, Instant.EPOCH, "onnx", 100, null, null);
    }

    private static RequestMetrics.Key key(String model, long version) {
        return new RequestMetrics.Key(model, version, "", "v2-rest", ErrorCode.UNAVAILABLE);
    }

    @Test
    void whatIsGoneIsEachVersionThatHasEndedAndEachModelThatNobodyKnows() {
        assertThat(present.isKnown()).isFalse();
        List<VersionStatus> versions = List.of(version(1, VersionState.ENDED), version(2, VersionState.QUARANTINED));
        present.watch(
                new TreeMap<>(Map.of("iris", new ModelStatus("iris", versions, Map.of(), Map.of(), Map.of(), null))));

        assertThat(present.isKnown()).isTrue();
        assertThat(present.isGone("iris")).isFalse();
        assertThat(present.isGone("left")).isTrue();
        assertThat(present.isGone(key("iris", 1))).isTrue();
        assertThat(present.isGone(key("iris", 2))).isFalse();
        assertThat(present.isGone(key("iris", 3))).isTrue();
        assertThat(present.isGone(key("iris", -1)))
                .as("some failed before a version was found")
                .isFalse();
        assertThat(present.isGone(key("left", -1))).isTrue();
    }
}

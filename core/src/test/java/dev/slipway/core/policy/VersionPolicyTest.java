package dev.slipway.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionPolicyTest {
    /** Versions are written {@code 6:AVAILABLE}, with a {@code +} behind those that are wanted. */
    @ParameterizedTest(name = "{0}: {1}, or where resources are to be preserved {2}")
    @CsvSource({
        "6:AVAILABLE 7:NEW+, Load 7, Unload 6",
        "6:AVAILABLE 7:LOADING+, -, Unload 6",
        "6:AVAILABLE 7:AVAILABLE+, Unload 6, Unload 6",
        "6:AVAILABLE 7:QUARANTINED+, -, Unload 6",
        "6:UNLOADING 7:NEW+, Load 7, -",
        "6:NEW+ 7:NEW+, Load 7, Load 7",
        "6:NEW+ 7:LOADING+, Load 6, Load 6",
        "6:AVAILABLE 7:AVAILABLE, Unload 6, Unload 6",
        "6:LOADING 7:NEW+, Load 7, -",
        "6:AVAILABLE+ 7:AVAILABLE+, -, -",
        "5:AVAILABLE 6:AVAILABLE+ 7:NEW+, Unload 5, Unload 5",
        "6:AVAILABLE 7:WARMING+, -, Unload 6",
        "6:WARMING 7:NEW+, Load 7, -",
        "7:DORMANT+, -, -",
        "6:AVAILABLE 7:DORMANT+, -, -",
        "6:AVAILABLE+ 7:DORMANT+, -, -",
        "5:AVAILABLE 6:AVAILABLE+ 7:DORMANT+, Unload 5, Unload 5",
        "5:AVAILABLE 6:DORMANT+ 7:NEW+, Load 7, Unload 5",
    })
    void decidesTheNextAction(String versions, String availability, String resources) {
        List<VersionPolicy.Version> parsed =
                Arrays.stream(versions.split(" ")).map(VersionPolicyTest::parse).toList();
        assertThat(print(new AvailabilityPreserving(), parsed)).isEqualTo(availability);
        assertThat(print(new ResourcePreserving(), parsed)).isEqualTo(resources);
    }

    private static VersionPolicy.Version parse(String text) {
        String[] parts = text.replace("+", "").split(":");
        return new VersionPolicy.Version(Long.parseLong(parts[0]), VersionState.valueOf(parts[1]), text.endsWith("+"));
    }

    private static String print(VersionPolicy policy, List<VersionPolicy.Version> versions) {
        return policy.next(versions)
                .map(action -> action.getClass().getSimpleName() + " " + action.version())
                .orElse("-");
    }

    @ParameterizedTest(name = "{0}, failed {1} times: {2} s")
    @CsvSource({
        "UNAVAILABLE, 1, 1",
        "UNAVAILABLE, 2, 2",
        "INTERNAL, 5, 16",
        "RESOURCE_EXHAUSTED, 30, 300",
        "INVALID_ARGUMENT, 1, -1",
        "UNIMPLEMENTED, 1, -1",
        "NOT_FOUND, 3, -1",
        "CANCELLED, 1, -1"
    })
    void triesAgainWhatTimeMayCure(ErrorCode code, int failures, long seconds) {
        assertThat(RetryPolicy.DEFAULT
                        .delay(code, failures)
                        .map(Duration::toSeconds)
                        .orElse(-1L))
                .isEqualTo(seconds);
    }

    @Test
    void stopsAtTheLastRetry() {
        RetryPolicy twice = new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(1), 2);
        assertThat(twice.delay(ErrorCode.UNAVAILABLE, 2)).isPresent();
        assertThat(twice.delay(ErrorCode.UNAVAILABLE, 3)).isEmpty();
    }
}

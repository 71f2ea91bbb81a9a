package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ServableId;
import dev.slipway.core.Eviction.Candidate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvictionTest {
    /** Candidates are written {@code name:bytes:idle}, with a {@code *} behind those in use. */
    @ParameterizedTest(name = "{0}, {1} missing: {2}")
    @CsvSource({
        "a:10:1 b:10:9 c:10:5, 10, b",
        "a:10:1 b:10:9 c:10:5, 11, b c",
        "a:10:1 b:10:9* c:10:5, 10, c",
        "a:10:1 b:10:9* c:10:5, 30, a b c",
        "a:1:9 b:12:5, 10, b",
        "a:12:5 b:1:9 c:1:8, 13, a b",
        "a:0:9 b:10:1, 10, b",
        "a:10:1 b:10:2, 21, -"
    })
    void takesTheFewestOfTheLongestIdle(String candidates, long missing, String chosen) {
        List<Candidate> all =
                Arrays.stream(candidates.split(" ")).map(EvictionTest::parse).toList();
        String names = Eviction.choose(all, missing).stream()
                .map(candidate -> candidate.harness().id().model())
                .sorted()
                .collect(Collectors.joining(" "));
        assertThat(names.isEmpty() ? "-" : names).isEqualTo(chosen);
    }

    private static Candidate parse(String text) {
        String[] parts = text.replace("*", "").split(":");
        AspiredVersions.Version wish = FakeModel.of(1).wish();
        Harness harness = new Harness(new ServableId(parts[0], 1), wish, List.of(), Instant.EPOCH);
        return new Candidate(
                new ModelRecord(parts[0]),
                harness,
                Long.parseLong(parts[1]),
                text.endsWith("*"),
                Long.parseLong(parts[2]));
    }
}

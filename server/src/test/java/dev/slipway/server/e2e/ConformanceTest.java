package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.conformance.Outcome;
import dev.slipway.conformance.Outcome.Verdict;
import dev.slipway.conformance.Profile;
import dev.slipway.conformance.Runner;
import dev.slipway.conformance.Target;
import dev.slipway.conformance.VectorCase;
import dev.slipway.conformance.Vectors;
import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Slipway passes its own suite, and is skipped only where it says so. */
class ConformanceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Signatures that only SavedModels have; what is off unless asked for; ids of sequences that are text. */
    private static final Pattern SKIPPED = Pattern.compile("model 'half_plus_two' has no signature '.*_x_to_y'"
            + "|extension (system_shared_memory|sequence\\(string_id\\)) is not in the server's metadata");

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(() -> Path.of(System.getProperty("slipway.root"), "conformance", "models"));

    /** MLflow serves one model. */
    @RegisterExtension
    static final SlipwayExtension ONE =
            SlipwayExtension.serving(() -> Path.of(System.getProperty("slipway.root"), "conformance", "mlflow"));

    @ParameterizedTest
    @EnumSource
    void keepsTheContractOf(Profile profile) {
        List<Outcome> outcomes = run(profile, profile == Profile.MLFLOW ? ONE : SERVER);
        assertThat(outcomes.stream().filter(outcome -> outcome.verdict() == Verdict.FAILED))
                .extracting(ConformanceTest::told)
                .isEmpty();
        assertThat(outcomes.stream().filter(outcome -> outcome.verdict() == Verdict.SKIPPED))
                .extracting(Outcome::reason)
                .allMatch(reason -> SKIPPED.matcher(reason).matches());
        assertThat(outcomes).extracting(Outcome::verdict).contains(Verdict.PASSED);
    }

    private static String told(Outcome outcome) {
        return "%s: %s%n%s%n%s".formatted(outcome.vector().id(), outcome.reason(), outcome.request(), outcome.answer());
    }

    private static List<Outcome> run(Profile profile, SlipwayExtension server) {
        List<VectorCase> cases =
                Vectors.all().stream().filter(one -> one.profile() == profile).toList();
        try (Runner runner = new Runner(new Target(server.uri("/"), server.uri("/"), server.uri("/"), PATIENCE))) {
            return runner.run(cases);
        }
    }
}

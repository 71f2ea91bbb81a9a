package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.VersionPolicy;
import dev.slipway.core.policy.AvailabilityPreserving;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenThousandVersionsTest {
    private static final int VERSIONS = 10_000;

    private static final class Counting implements VersionPolicy {
        private final AtomicInteger questions = new AtomicInteger();

        @Override
        public Optional<Action> next(List<Version> versions) {
            questions.incrementAndGet();
            return new AvailabilityPreserving().next(versions);
        }
    }

    /** Each load is one question, and each burst of events one more for each model that it touched. */
    @ParameterizedTest(name = "by {0} models")
    @ValueSource(ints = {1, 100, VERSIONS})
    void areAllAvailableAfterABoundedNumberOfQuestionsAndWithoutTheHelpOfAClock(int models) {
        Counting policy = new Counting();
        long start = System.nanoTime();
        try (ManagerRig rig = new ManagerRig(policy, Long.MAX_VALUE, WarmUp.NONE)) {
            int each = VERSIONS / models;
            for (int model = 0; model < models; model++) {
                FakeModel[] versions = new FakeModel[each];
                for (int version = 0; version < each; version++) {
                    versions[version] = FakeModel.of(version + 1);
                }
                rig.aspire("model-" + model, versions);
            }
            rig.log.awaitCount(AVAILABLE, VERSIONS);
            System.out.printf(
                    "%d versions of %d models: %d ms, %d questions%n",
                    VERSIONS, models, (System.nanoTime() - start) / 1_000_000, policy.questions.get());
            assertThat(rig.timer.pending()).isZero();
            // A model is asked once for each of its loads, and once more for each burst that touched it: at most one
            // for
            // its wish and one for the end of each load.
            assertThat(policy.questions.get()).isLessThanOrEqualTo(2 * VERSIONS + models);
        }
    }
}

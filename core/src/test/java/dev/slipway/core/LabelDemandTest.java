package dev.slipway.core;

import static dev.slipway.api.VersionState.DORMANT;
import static dev.slipway.api.VersionState.QUARANTINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Requests for labels of models that are loaded on demand: who waited finds a version, or is told why not. */
class LabelDemandTest {
    private static final VersionChoice CHAMPION = new VersionChoice.Label("champion");

    private static void champion(ManagerRig rig, Map<Long, Integer> weights) {
        rig.manager.configure("m", ManagerRig.labels(ManagerRig.ON_DEMAND, "champion", weights));
    }

    private static void demandChampion(ManagerRig rig) {
        ManagerRig.get(rig.manager.demand("m", CHAMPION));
    }

    /** Has all that can go make room. */
    private static void pushOut(ManagerRig rig) {
        rig.onDemand("other", FakeModel.needing(1, 20));
        rig.demand("other");
    }

    @Test
    void whereItWaitsForAVersionThatIsNotThereItsPresentOneIsLoaded() {
        try (ManagerRig rig = new ManagerRig(20)) {
            champion(rig, Map.of(1L, 1));
            rig.aspire("m", FakeModel.of(1));
            demandChampion(rig);
            champion(rig, Map.of(2L, 1));
            rig.barrier("m");
            pushOut(rig);
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
            demandChampion(rig);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(1);
        }
    }

    @Test
    void whereItNamesNothingNoLoadIsStartedInVain() {
        try (ManagerRig rig = new ManagerRig()) {
            champion(rig, Map.of(1L, 1, 3L, 1));
            FakeModel first = FakeModel.of(1);
            rig.aspire("m", first);
            rig.barrier("m");
            assertThatThrownBy(() -> demandChampion(rig))
                    .hasMessage("model 'm': label 'champion' waits for version 1 (1), 3 (1), not all of which is wanted"
                            + " (wanted: 1)")
                    .extracting("code")
                    .isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(first.attempts).hasValue(0);
        }
    }

    @Test
    void aBrokenVersionLeavesItsShareToTheOthers() {
        try (ManagerRig rig = new ManagerRig(20)) {
            champion(rig, Map.of(1L, 1, 2L, 1));
            FakeModel broken =
                    FakeModel.failing(1, attempt -> new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken"));
            rig.aspire("m", broken, FakeModel.of(2));
            demandChampion(rig);
            assertThat(rig.state("m", 1)).isEqualTo(QUARANTINED);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(2);
            pushOut(rig);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(-1);
            demandChampion(rig);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(2);
            assertThat(broken.attempts).hasValue(1);
        }
    }

    @Test
    void whereAllAreBrokenThatIsTheAnswer() {
        try (ManagerRig rig = new ManagerRig()) {
            champion(rig, Map.of(1L, 1, 2L, 1));
            FakeModel[] broken = new FakeModel[2];
            for (int i = 0; i < 2; i++) {
                broken[i] =
                        FakeModel.failing(i + 1, attempt -> new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken"));
            }
            rig.aspire("m", broken);
            rig.barrier("m");
            assertThatThrownBy(() -> demandChampion(rig)).hasMessageContaining("is QUARANTINED: broken");
            assertThatThrownBy(() -> demandChampion(rig)).hasMessageContaining("is QUARANTINED: broken");
        }
    }

    @RepeatedTest(100)
    void aLabelIsKnownAsSoonAsItIsConfigured() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1));
            champion(rig, Map.of(1L, 1));
            demandChampion(rig);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(1);
        }
    }
}

package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static dev.slipway.api.VersionState.DORMANT;
import static dev.slipway.api.VersionState.ENDED;
import static dev.slipway.api.VersionState.LOADING;
import static dev.slipway.api.VersionState.NEW;
import static dev.slipway.api.VersionState.QUARANTINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.ModelSettings.Residency;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.ResourcePreserving;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is wished of a model beside its versions, at any time. */
class ModelSettingsTest {
    @Test
    void whatIsUnloadedByHandStaysOutUntilThatIsTakenBack() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, AVAILABLE);
            rig.manager.configure("m", ManagerRig.UNLOADED);
            rig.aspire("m", FakeModel.of(1), FakeModel.of(2));
            ManagerRig.get(rig.manager.gone("m", 1));
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
            assertThat(rig.state("m", 2)).isEqualTo(DORMANT);
            InferenceService service = new InferenceService(rig.manager, new Listeners(List.of()));
            assertThatThrownBy(() -> service.borrow("m", VersionChoice.LATEST))
                    .hasMessageContaining("2 is DORMANT: unloaded by hand (load the model, to use it again)")
                    .extracting("code")
                    .isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(service.demand("m", VersionChoice.LATEST)).isNull();
            assertThatThrownBy(() -> ManagerRig.get(rig.manager.load("m", OptionalLong.empty())))
                    .hasMessageContaining("unloaded by hand")
                    .extracting("code")
                    .isEqualTo(ErrorCode.FAILED_PRECONDITION);
            rig.manager.configure("m", ModelSettings.DEFAULT);
            rig.log.await("m", 2, AVAILABLE);
            assertThat(rig.status("m", 2).error()).isNull();
        }
    }

    @Test
    void aLoadThatIsUnderWayWhenItIsUnloadedByHandDoesNotStay() {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch gate = new CountDownLatch(1);
            rig.aspire("m", FakeModel.loadingUntil(1, gate));
            rig.log.await("m", 1, LOADING);
            rig.manager.configure("m", ManagerRig.UNLOADED);
            gate.countDown();
            ManagerRig.get(rig.manager.gone("m", 1));
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
        }
    }

    @Test
    void aSleepingModelLoadsOnceItIsToBePreloaded() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1));
            rig.manager.configure("m", ModelSettings.DEFAULT);
            rig.log.await("m", 1, AVAILABLE);
            rig.manager.configure("m", ManagerRig.ON_DEMAND);
            rig.barrier("m");
            assertThat(rig.state("m", 1)).as("what is loaded stays").isEqualTo(AVAILABLE);
        }
    }

    @Test
    void aModelMayHaveAPolicyOfItsOwn() {
        try (ManagerRig rig = new ManagerRig(15)) {
            rig.manager.configure(
                    "m", new ModelSettings(Map.of(), Residency.PRELOADED, false, false, new ResourcePreserving()));
            rig.aspire("m", FakeModel.of(6));
            rig.log.await("m", 6, AVAILABLE);
            rig.aspire("m", FakeModel.of(7));
            rig.log.await("m", 7, AVAILABLE);
            assertThat(rig.log.of("m"))
                    .containsSubsequence("6 ENDED", "7 LOADING")
                    .doesNotContain("7 QUARANTINED");
        }
    }

    @Test
    void aPolicyThatFailsStopsNoOtherModel() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.manager.configure("bad", new ModelSettings(Map.of(), Residency.PRELOADED, false, false, versions -> {
                throw new IllegalStateException("on purpose");
            }));
            rig.aspire("bad", FakeModel.of(1));
            rig.aspire("good", FakeModel.of(1));
            rig.log.await("good", 1, AVAILABLE);
            rig.manager.configure("bad", ModelSettings.DEFAULT);
            rig.log.await("bad", 1, AVAILABLE);
        }
    }

    @Test
    void filesThatChangeInPlaceAreLoadedAfterTheOldOnesGoWhereMemoryIsPreserved() {
        try (ManagerRig rig = new ManagerRig(new ResourcePreserving(), 15, WarmUp.NONE)) {
            rig.manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish("before"))));
            rig.log.await("m", 1, AVAILABLE);
            rig.manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish("after"))));
            rig.log.awaitCount(AVAILABLE, 2);
            assertThat(rig.log.of("m"))
                    .containsSubsequence("1 AVAILABLE", "1 UNLOADING", "1 NEW", "1 LOADING", "1 AVAILABLE")
                    .doesNotContain("1 QUARANTINED");
        }
    }

    @Test
    void showsWhyLabelsWereSentBack() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.manager.configure("m", ModelSettings.DEFAULT, Map.of("champion", "errors: 7 % (at most 1 %)"));
            rig.barrier("m");
            assertThat(rig.manager.statuses().get("m").rolledBack())
                    .containsEntry("champion", "errors: 7 % (at most 1 %)");
            rig.manager.configure("m", ModelSettings.DEFAULT);
            ManagerRig.get(rig.manager.settled());
            assertThat(rig.manager.statuses()).doesNotContainKey("m");
        }
    }

    @Test
    void aLabelWithSharesWaitsForAllOfThem() {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch gate = new CountDownLatch(1);
            Split wish = new Split(Map.of(1L, 95, 2L, 5, 3L, 0));
            rig.manager.configure("m", ModelSettings.DEFAULT.withLabels(Map.of("champion", wish)));
            rig.aspire("m", FakeModel.of(1), FakeModel.loadingUntil(2, gate));
            rig.log.await("m", 1, AVAILABLE);
            rig.barrier("m");
            assertThat(rig.manager.statuses().get("m").labels()).isEmpty();
            assertThat(rig.manager.statuses().get("m").pendingLabels()).isEqualTo(Map.of("champion", wish));
            gate.countDown();
            rig.log.await("m", 2, AVAILABLE);
            assertThat(rig.manager.statuses().get("m").labels()).isEqualTo(Map.of("champion", wish));
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 2, ENDED);
            assertThat(rig.manager.statuses().get("m").labels())
                    .as("the share of what goes falls to the rest")
                    .isEqualTo(Map.of("champion", new Split(Map.of(1L, 95))));
            assertThat(rig.manager.statuses().get("m").pendingLabels()).isEqualTo(Map.of("champion", wish));
            assertThat(rig.ask("m", new VersionChoice.Label("champion"))).isEqualTo(1);
        }
    }

    @Test
    void keepsTheLastEightStepsAlsoAcrossAnEnd() {
        try (ManagerRig rig = new ManagerRig()) {
            FakeModel flaky = FakeModel.failing(
                    1, attempt -> attempt == 1 ? new SlipwayException(ErrorCode.INVALID_ARGUMENT, "bad header") : null);
            rig.aspire("m", flaky);
            rig.log.await("m", 1, QUARANTINED);
            ManagerRig.get(
                    ManagerRig.get(rig.manager.load("m", OptionalLong.of(1))).done());
            List<VersionStatus.Step> steps = rig.status("m", 1).history();
            assertThat(steps).extracting(VersionStatus.Step::state).startsWith(NEW, LOADING, QUARANTINED, NEW);
            assertThat(steps.get(2).reason()).isEqualTo("bad header");
            rig.aspire("keeper", FakeModel.of(1));
            rig.aspire("m", FakeModel.of(2));
            rig.log.await("m", 1, ENDED);
            rig.aspire("m", FakeModel.of(1), FakeModel.of(2));
            rig.log.await(change -> change.id().version() == 1
                    && change.state() == AVAILABLE
                    && rig.log.of("m").contains("1 ENDED"));
            rig.log.awaitCount(AVAILABLE, 4);
            assertThat(rig.status("m", 1).history())
                    .hasSize(8)
                    .extracting(VersionStatus.Step::state)
                    .contains(ENDED);
        }
    }

    @Test
    void memoryShowsAsExpectedAndAsMeasured() {
        try (ManagerRig rig = new ManagerRig(new AvailabilityPreserving(), 100, WarmUp.NONE)) {
            rig.aspire("m", FakeModel.needing(1, 42));
            rig.log.await("m", 1, AVAILABLE);
            assertThat(rig.status("m", 1).memory().expectedBytes()).isEqualTo(42);
        }
    }
}

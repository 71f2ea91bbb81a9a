package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static dev.slipway.api.VersionState.DORMANT;
import static dev.slipway.api.VersionState.LOADING;
import static dev.slipway.api.VersionState.QUARANTINED;
import static dev.slipway.api.VersionState.UNLOADING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LoadRequestsTest {
    private static Load load(ManagerRig rig, String model) {
        return ManagerRig.get(rig.manager.load(model, OptionalLong.empty()));
    }

    private static void awaitStart(FakeModel model) throws InterruptedException {
        assertThat(model.started.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void loadsWhatSleeps() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1), FakeModel.of(2));
            Load load = load(rig, "m");
            assertThat(load.id().version()).isEqualTo(2);
            ManagerRig.get(load.done());
            assertThat(rig.ask("m")).isEqualTo(2);
            assertThat(load(rig, "m").done()).isCompleted();
            ManagerRig.get(
                    ManagerRig.get(rig.manager.load("m", OptionalLong.of(1))).done());
            assertThat(rig.ask("m", new VersionChoice.Exact(1))).isEqualTo(1);
        }
    }

    @Test
    void triesAnewAtOnceWhatIsQuarantined() {
        try (ManagerRig rig = new ManagerRig()) {
            FakeModel flaky = FakeModel.failing(
                    1,
                    attempt -> attempt < 3 ? new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no " + attempt) : null);
            rig.aspire("m", flaky);
            rig.log.await("m", 1, QUARANTINED);
            assertThatThrownBy(() -> ManagerRig.get(load(rig, "m").done()))
                    .hasMessage("model 'm:1' is QUARANTINED: no 2");
            ManagerRig.get(load(rig, "m").done());
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void namesTheWantedVersions() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.aspire("m", FakeModel.of(6), FakeModel.of(7));
            assertThatThrownBy(() -> ManagerRig.get(rig.manager.load("m", OptionalLong.of(9))))
                    .hasMessage("model 'm': version 9 is not wanted (wanted: 6, 7)")
                    .extracting("code")
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
    }

    @Test
    void twoLoadsOfAVersionAreOneAndTheLastToCallItOffEndsIt() throws Exception {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch never = new CountDownLatch(1);
            FakeModel model = FakeModel.loadingUntil(1, never);
            rig.onDemand("m", model);
            Load first = load(rig, "m");
            Load second = load(rig, "m");
            awaitStart(model);
            first.cancel().run();
            assertThatThrownBy(() -> ManagerRig.get(first.done()))
                    .extracting("code")
                    .isEqualTo(ErrorCode.CANCELLED);
            rig.barrier("m");
            assertThat(second.done()).isNotDone();
            assertThat(rig.state("m", 1)).isEqualTo(LOADING);
            second.cancel().run();
            rig.log.await("m", 1, QUARANTINED);
            assertThat(rig.status("m", 1).error()).hasMessage("the load was called off");
            assertThat(rig.status("m", 1).retryAt()).isNull();
            assertThat(rig.timer.pending()).isZero();
            never.countDown();
            ManagerRig.get(load(rig, "m").done());
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void aLoadThatCannotBeInterruptedIsClosedOnceItEnds() throws Exception {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch gate = new CountDownLatch(1);
            FakeModel model = FakeModel.loadingUntil(1, gate).stubborn();
            rig.aspire("m", model);
            awaitStart(model);
            Load load = load(rig, "m");
            load.cancel().run();
            rig.barrier("m");
            CompletableFuture<Void> gone = rig.manager.gone("m", 1);
            rig.barrier("m");
            assertThat(gone).isNotDone();
            gate.countDown();
            rig.log.await("m", 1, QUARANTINED);
            ManagerRig.get(gone);
            assertThat(rig.manager.resources().reservedBytes()).isZero();
            assertThat(rig.log.of("m")).doesNotContain("1 AVAILABLE");
        }
    }

    @Test
    void whoAsksAfterItWasCalledOffGetsIt() throws Exception {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch gate = new CountDownLatch(1);
            FakeModel model = FakeModel.loadingUntil(1, gate).stubborn();
            rig.onDemand("m", model);
            load(rig, "m").cancel().run();
            Load again = load(rig, "m");
            gate.countDown();
            ManagerRig.get(again.done());
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void aLoadThatWaitsForMemoryCanBeCalledOff() {
        try (ManagerRig rig = new ManagerRig(10)) {
            rig.onDemand("a", FakeModel.of(1));
            rig.onDemand("b", FakeModel.of(1));
            rig.demand("a");
            Handle held = rig.manager.map().tryBorrow("a", VersionChoice.LATEST);
            Load b = load(rig, "b");
            rig.log.await("a", 1, UNLOADING);
            b.cancel().run();
            rig.log.await("b", 1, QUARANTINED);
            held.close();
            rig.log.await(change -> change.id().model().equals("a")
                    && change.state() == DORMANT
                    && rig.log.of("a").contains("1 UNLOADING"));
        }
    }

    /** Whatever comes first, nothing hangs, and a late interrupt hits no other load. */
    @RepeatedTest(50)
    void callingOffRacesWithTheLoadsEnd() {
        try (ManagerRig rig = new ManagerRig()) {
            for (int i = 0; i < 8; i++) {
                rig.onDemand("m" + i, FakeModel.of(1));
            }
            for (int i = 0; i < 8; i += 2) {
                Load called = load(rig, "m" + i);
                Load kept = load(rig, "m" + (i + 1));
                called.cancel().run();
                ManagerRig.get(kept.done());
                assertThat(called.done())
                        .satisfies(done -> done.handle((value, failed) -> true).get(60, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void isGoneOnceItsLastHandleIsClosed() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, AVAILABLE);
            Handle held = rig.manager.map().tryBorrow("m", VersionChoice.LATEST);
            CompletableFuture<Void> gone = rig.manager.gone("m", 1);
            rig.manager.configure("m", ManagerRig.UNLOADED);
            rig.log.await("m", 1, UNLOADING);
            rig.barrier("m");
            assertThat(gone).isNotDone();
            held.close();
            ManagerRig.get(gone);
            ManagerRig.get(rig.manager.gone("unknown", 1));
        }
    }

    @Test
    void aClosedManagerSaysSo() {
        ManagerRig rig = new ManagerRig();
        rig.onDemand("m", FakeModel.of(1));
        rig.close();
        assertThatThrownBy(() -> load(rig, "m")).hasMessage("the server is shutting down");
    }
}

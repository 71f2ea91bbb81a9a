package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static dev.slipway.api.VersionState.DORMANT;
import static dev.slipway.api.VersionState.ENDED;
import static dev.slipway.api.VersionState.LOADING;
import static dev.slipway.api.VersionState.QUARANTINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.policy.ResourcePreserving;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class OnDemandTest {
    private static final VersionChoice CHAMPION = new VersionChoice.Label("champion");

    private static VersionChoice exact(long version) {
        return new VersionChoice.Exact(version);
    }

    @Test
    void sleepsUntilSomebodyAsks() {
        try (ManagerRig rig = new ManagerRig()) {
            FakeModel model = FakeModel.of(1);
            rig.onDemand("m", model);
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
            assertThat(rig.ask("m")).isEqualTo(-1);
            ManagerRig.get(rig.manager.settled());
            assertThat(model.attempts).hasValue(0);
            rig.demand("m");
            assertThat(rig.ask("m")).isEqualTo(1);
            assertThat(rig.log.of("m"))
                    .containsExactly("1 NEW", "1 DORMANT", "1 NEW", "1 LOADING", "1 WARMING", "1 AVAILABLE");
            rig.demand("m");
            assertThat(model.attempts).hasValue(1);
        }
    }

    @Test
    void aThousandFirstRequestsFromManyThreadsCauseOneLoadAndAllFindIt() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (ManagerRig rig = new ManagerRig()) {
                FakeModel model = FakeModel.of(1);
                rig.onDemand("m", model);
                ExecutorService clients = Executors.newFixedThreadPool(8);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<List<CompletableFuture<Long>>>> asked = new ArrayList<>();
                for (int client = 0; client < 8; client++) {
                    asked.add(clients.submit(() -> {
                        start.await();
                        List<CompletableFuture<Long>> answers = new ArrayList<>();
                        for (int i = 0; i < 125; i++) {
                            answers.add(rig.manager
                                    .demand("m", VersionChoice.LATEST)
                                    .thenApply(there -> rig.ask("m")));
                        }
                        return answers;
                    }));
                }
                start.countDown();
                for (Future<List<CompletableFuture<Long>>> client : asked) {
                    for (CompletableFuture<Long> answer : client.get(60, TimeUnit.SECONDS)) {
                        assertThat(ManagerRig.get(answer)).isEqualTo(1);
                    }
                }
                clients.shutdown();
                assertThat(model.attempts).hasValue(1);
            }
        }
    }

    @Test
    void theLeastRecentlyUsedMakesRoomAndSleepsUntilItIsAskedForAgain() {
        try (ManagerRig rig = new ManagerRig(25)) {
            rig.onDemand("a", FakeModel.of(1));
            rig.onDemand("b", FakeModel.of(1));
            rig.onDemand("c", FakeModel.of(1));
            rig.demand("a");
            rig.demand("b");
            rig.barrier("b");
            rig.ask("b");
            rig.ask("a");
            rig.demand("c");
            assertThat(rig.state("b", 1)).isEqualTo(DORMANT);
            assertThat(rig.state("a", 1)).isEqualTo(AVAILABLE);
            assertThat(rig.log.of("b")).endsWith("1 AVAILABLE", "1 UNLOADING", "1 DORMANT");
            assertThat(rig.log.of("c")).doesNotContain("1 QUARANTINED");
            assertThat(rig.status("b", 1).history())
                    .anySatisfy(step -> assertThat(step.reason()).isEqualTo("made room for c:1"));
            rig.demand("b");
            assertThat(rig.ask("b")).isEqualTo(1);
            assertThat(rig.ask("a")).as("it was used before c").isEqualTo(-1);
        }
    }

    @Test
    void aPreloadedVersionPushesOutWhatIsLoadedOnDemandButNotWhatIsPinnedOrPreloaded() {
        try (ManagerRig rig = new ManagerRig(30)) {
            rig.aspire("always", FakeModel.of(1));
            rig.manager.configure("pinned", ManagerRig.PINNED);
            rig.aspire("pinned", FakeModel.of(1));
            rig.onDemand("other", FakeModel.of(1));
            rig.demand("pinned");
            rig.demand("other");
            rig.log.await("always", 1, AVAILABLE);
            rig.aspire("late", FakeModel.of(1));
            rig.log.await("late", 1, AVAILABLE);
            assertThat(rig.state("other", 1)).isEqualTo(DORMANT);
            assertThat(rig.state("pinned", 1)).isEqualTo(AVAILABLE);
            assertThatThrownBy(() -> rig.demand("other"))
                    .hasMessageContaining("needs 10 B (free: 0 B)")
                    .extracting("code")
                    .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void whatIsInUseDrainsBeforeItMakesRoom() {
        try (ManagerRig rig = new ManagerRig(10)) {
            rig.onDemand("a", FakeModel.of(1));
            rig.onDemand("b", FakeModel.of(1));
            rig.demand("a");
            Handle held = rig.manager.map().tryBorrow("a", VersionChoice.LATEST);
            CompletableFuture<Void> b = rig.manager.demand("b", VersionChoice.LATEST);
            rig.log.await(change -> change.id().model().equals("a") && "UNLOADING".equals("" + change.state()));
            rig.barrier("b");
            assertThat(b).isNotDone();
            assertThat(rig.state("b", 1)).isEqualTo(LOADING);
            held.servable().run(null).close();
            held.close();
            ManagerRig.get(b);
            assertThat(rig.ask("b")).isEqualTo(1);
        }
    }

    @Test
    void whatIsWaitedForIsUsedBeforeItMakesRoom() {
        try (ManagerRig rig = new ManagerRig(10)) {
            CountDownLatch gate = new CountDownLatch(1);
            FakeModel first = FakeModel.loadingUntil(1, gate);
            rig.onDemand("a", first);
            rig.onDemand("b", FakeModel.of(1));
            CompletableFuture<Long> a =
                    rig.manager.demand("a", VersionChoice.LATEST).thenApply(there -> rig.ask("a"));
            rig.log.await("a", 1, LOADING);
            assertThat(first.started).satisfies(started -> started.await(60, TimeUnit.SECONDS));
            CompletableFuture<Void> b = rig.manager.demand("b", VersionChoice.LATEST);
            rig.log.await("b", 1, LOADING);
            gate.countDown();
            assertThat(ManagerRig.get(a)).isEqualTo(1);
            ManagerRig.get(b);
            assertThat(rig.ask("b")).isEqualTo(1);
            assertThat(first.attempts).hasValue(1);
        }
    }

    @Test
    void nothingIsPushedOutWhenThatWouldNotDo() {
        try (ManagerRig rig = new ManagerRig(2000L << 10)) {
            rig.aspire("always", FakeModel.needing(1, 900L << 10));
            rig.log.await("always", 1, AVAILABLE);
            rig.onDemand("small", FakeModel.needing(1, 512L << 10));
            rig.onDemand("big", FakeModel.needing(1, 2150L << 10));
            rig.demand("small");
            assertThatThrownBy(() -> rig.demand("big"))
                    .hasMessage(
                            "model 'big:1' is QUARANTINED: needs 2.1 MiB (free: 588.0 KiB, 512.0 KiB could be freed)");
            assertThat(rig.ask("small")).isEqualTo(1);
            assertThat(rig.timer.pending()).as("retries of their own").isZero();
            // The next to ask is told at once, without another attempt; and is served as soon as there is room.
            assertThatThrownBy(() -> rig.demand("big")).hasMessageContaining("needs 2.1 MiB");
            assertThat(rig.log.of("big")).containsOnlyOnce("1 LOADING");
        }
    }

    @Test
    void aVersionThatDidNotFitIsTriedAgainWhenAsked() {
        try (ManagerRig rig = new ManagerRig(15)) {
            rig.aspire("always", FakeModel.of(1));
            rig.log.await("always", 1, AVAILABLE);
            rig.onDemand("m", FakeModel.of(1));
            assertThatThrownBy(() -> rig.demand("m")).hasMessageContaining("needs 10 B (free: 5 B)");
            assertThat(rig.state("m", 1)).isEqualTo(QUARANTINED);
            rig.aspire("always");
            rig.log.await("always", 1, ENDED);
            assertThat(rig.state("m", 1)).isEqualTo(QUARANTINED);
            rig.demand("m");
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void aBrokenVersionTellsWhyAndIsTriedAgainOnlyWhenItsTimeComes() {
        try (ManagerRig rig = new ManagerRig()) {
            FakeModel flaky = FakeModel.failing(
                    1, attempt -> attempt == 1 ? new SlipwayException(ErrorCode.UNAVAILABLE, "disk is away") : null);
            rig.onDemand("m", flaky);
            assertThatThrownBy(() -> rig.demand("m")).hasMessage("model 'm:1' is QUARANTINED: disk is away");
            assertThatThrownBy(() -> rig.demand("m")).hasMessageContaining("disk is away");
            assertThat(flaky.attempts).hasValue(1);
            rig.timer.advance(java.time.Duration.ofSeconds(1));
            rig.barrier("m");
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
            rig.demand("m");
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void theNewestWantedVersionIsTheLatestAlsoWhileItSleeps() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1), FakeModel.of(2));
            ManagerRig.get(rig.manager.demand("m", exact(1)));
            assertThat(rig.ask("m", exact(1))).isEqualTo(1);
            assertThat(rig.ask("m")).as("version 2 is to be asked for").isEqualTo(-1);
            rig.demand("m");
            assertThat(rig.ask("m")).isEqualTo(2);
        }
    }

    @Test
    void anOlderVersionIsTheLatestWhenTheNewestCannotBeLoaded() {
        try (ManagerRig rig = new ManagerRig()) {
            FakeModel broken =
                    FakeModel.failing(2, attempt -> new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken"));
            rig.onDemand("m", FakeModel.of(1), broken);
            assertThatThrownBy(() -> rig.demand("m")).hasMessage("model 'm:2' is QUARANTINED: broken");
            rig.demand("m");
            assertThat(rig.ask("m")).isEqualTo(1);
        }
    }

    @Test
    void aNewVersionReplacesALoadedOneAtItsNextUseWithoutAGap() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1));
            rig.demand("m");
            FakeModel second = FakeModel.of(2);
            rig.aspire("m", second);
            rig.barrier("m");
            assertThat(rig.state("m", 2)).isEqualTo(DORMANT);
            assertThat(second.attempts).hasValue(0);
            assertThat(rig.ask("m"))
                    .as("the old one answers while the new one loads")
                    .isEqualTo(1);
            rig.log.await("m", 1, ENDED);
            assertThat(rig.ask("m")).isEqualTo(2);
        }
    }

    @Test
    void aNewVersionReplacesASleepingOneAtOnce() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1));
            rig.aspire("m", FakeModel.of(2));
            rig.log.await("m", 1, ENDED);
            rig.barrier("m");
            assertThat(rig.state("m", 2)).isEqualTo(DORMANT);
        }
    }

    @Test
    void theOldVersionStaysUntilTheNewIsAskedForAlsoWhereMemoryIsPreserved() {
        try (ManagerRig rig = new ManagerRig(new ResourcePreserving(), 10, WarmUp.NONE)) {
            rig.onDemand("m", FakeModel.of(1));
            rig.demand("m");
            rig.aspire("m", FakeModel.of(2));
            rig.barrier("m");
            assertThat(rig.state("m", 1)).isEqualTo(AVAILABLE);
            ManagerRig.get(rig.manager.demand("m", exact(2)));
            assertThat(rig.ask("m")).isEqualTo(2);
            assertThat(rig.log.of("m")).containsSubsequence("1 ENDED", "2 LOADING", "2 AVAILABLE");
        }
    }

    @Test
    void aLabelKeepsItsSharesWhileAVersionSleeps() {
        try (ManagerRig rig = new ManagerRig(20)) {
            Map<Long, Integer> weights = Map.of(1L, 50, 2L, 50);
            rig.manager.configure("m", ManagerRig.labels(ManagerRig.ON_DEMAND, "champion", weights));
            rig.aspire("m", FakeModel.of(1), FakeModel.of(2));
            rig.barrier("m");
            ManagerRig.get(rig.manager.demand("m", CHAMPION));
            Handle second = rig.manager.map().tryBorrow("m", exact(2));
            rig.onDemand("other", FakeModel.of(1));
            rig.demand("other");
            second.close();
            assertThat(rig.state("m", 1)).isEqualTo(DORMANT);
            assertThat(rig.manager.statuses().get("m").labels()).isEqualTo(Map.of("champion", new Split(weights)));
            ManagerRig.get(rig.manager.demand("m", CHAMPION));
            assertThat(rig.ask("m", exact(1))).isEqualTo(1);
        }
    }

    @Test
    void aLabelMovesToAVersionThatSleepsOnceThatIsLoaded() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.manager.configure("m", ManagerRig.labels(ManagerRig.ON_DEMAND, "champion", Map.of(1L, 1)));
            rig.aspire("m", FakeModel.of(1), FakeModel.of(2));
            rig.barrier("m");
            ManagerRig.get(rig.manager.demand("m", CHAMPION));
            rig.manager.configure("m", ManagerRig.labels(ManagerRig.ON_DEMAND, "champion", Map.of(2L, 1)));
            rig.barrier("m");
            assertThat(rig.ask("m", CHAMPION))
                    .as("it stays, and has its wish loaded")
                    .isEqualTo(1);
            rig.log.await("m", 2, AVAILABLE);
            assertThat(rig.ask("m", CHAMPION)).isEqualTo(2);
        }
    }

    @RepeatedTest(20)
    void twoThatDoNotFitTogetherTakeTurnsAndFailNoRequest() throws Exception {
        try (ManagerRig rig = new ManagerRig(10)) {
            rig.onDemand("a", FakeModel.of(1));
            rig.onDemand("b", FakeModel.of(1));
            ExecutorService clients = Executors.newFixedThreadPool(4);
            List<Future<?>> ended = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                String model = client % 2 == 0 ? "a" : "b";
                ended.add(clients.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        Handle handle = rig.manager.map().tryBorrow(model, VersionChoice.LATEST);
                        while (handle == null) {
                            // As requests do: borrow where the demand completes, and ask again if that came too late.
                            handle = ManagerRig.get(rig.manager
                                    .demand(model, VersionChoice.LATEST)
                                    .thenApply(done -> rig.manager.map().tryBorrow(model, VersionChoice.LATEST)));
                        }
                        handle.servable().run(null).close();
                        handle.close();
                    }
                    return null;
                }));
            }
            for (Future<?> client : ended) {
                client.get(60, TimeUnit.SECONDS);
            }
            clients.shutdown();
            assertThat(rig.log.count(QUARANTINED)).isZero();
        }
    }

    @Test
    void namesWhatThereIsWhenAskedForWhatIsNot() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.onDemand("m", FakeModel.of(1));
            assertThatThrownBy(() -> ManagerRig.get(rig.manager.demand("m", exact(9))))
                    .hasMessageContaining("(wanted: 1; labels: none)")
                    .extracting("code")
                    .isEqualTo(ErrorCode.NOT_FOUND);
            assertThatThrownBy(() -> rig.demand("absent")).hasMessage("model 'absent' is unknown");
        }
    }

    @Test
    void whoWaitsIsToldWhenTheVersionGoes() {
        try (ManagerRig rig = new ManagerRig()) {
            CountDownLatch gate = new CountDownLatch(1);
            rig.onDemand("m", FakeModel.failing(1, attempt -> new SlipwayException(ErrorCode.UNAVAILABLE, "away")));
            rig.onDemand("slow", FakeModel.loadingUntil(1, gate));
            CompletableFuture<Void> slow = rig.manager.demand("slow", VersionChoice.LATEST);
            rig.log.await("slow", 1, LOADING);
            rig.aspire("slow");
            gate.countDown();
            rig.log.await("slow", 1, ENDED);
            rig.demandEnds(slow);
        }
    }
}

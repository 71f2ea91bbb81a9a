package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static dev.slipway.api.VersionState.QUARANTINED;
import static dev.slipway.api.VersionState.WARMING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.policy.AvailabilityPreserving;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private final AtomicInteger runs = new AtomicInteger();

    private static ManagerRig rig(WarmUp warmUp) {
        return new ManagerRig(new AvailabilityPreserving(), Long.MAX_VALUE, warmUp);
    }

    @Test
    void aVersionIsNotServedBeforeItIsWarm() {
        CountDownLatch gate = new CountDownLatch(1);
        StringBuffer thread = new StringBuffer();
        try (ManagerRig rig = rig((id, loader, servable) -> {
            thread.append(Thread.currentThread().getName());
            await(gate);
            servable.run(null).close();
        })) {
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, WARMING);
            assertThat(rig.ask("m")).isEqualTo(-1);
            assertThat(rig.state("m", 1)).isEqualTo(WARMING);
            gate.countDown();
            rig.log.await("m", 1, AVAILABLE);
            assertThat(rig.ask("m")).isEqualTo(1);
            assertThat(thread).startsWith("slipway-load");
            assertThat(rig.log.of("m")).containsExactly("1 NEW", "1 LOADING", "1 WARMING", "1 AVAILABLE");
        }
    }

    @Test
    void aFailingWarmUpFailsTheLoadAndHoldsNothing() {
        int open = FakeModel.OPEN.get();
        try (ManagerRig rig = rig((id, loader, servable) -> {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "warm-up request 1 of " + id + " failed");
        })) {
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, QUARANTINED);
            assertThat(rig.status("m", 1).error()).hasMessage("warm-up request 1 of m:1 failed");
            assertThat(FakeModel.OPEN).hasValue(open);
            assertThat(rig.manager.resources().reservedBytes()).isZero();
            assertThat(rig.log.of("m")).containsExactly("1 NEW", "1 LOADING", "1 WARMING", "1 QUARANTINED");
        }
    }

    @Test
    void aWarmUpThatThrowsAnythingEndsInTheStatus() {
        try (ManagerRig rig = rig((id, loader, servable) -> {
            throw new StackOverflowError("in a kernel");
        })) {
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, QUARANTINED);
            assertThat(rig.status("m", 1).error()).hasMessageStartingWith("warm-up failed: ");
        }
    }

    @Test
    void whatReplacesAServedVersionIsWarmedUpToo() {
        try (ManagerRig rig = rig((id, loader, servable) -> {
            if (runs.incrementAndGet() == 2) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "the new files answer nothing");
            }
        })) {
            rig.manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish("before"))));
            rig.log.await("m", 1, AVAILABLE);
            rig.manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish("after"))));
            rig.log.await(change -> change.state() == AVAILABLE && change.error() != null);
            assertThat(rig.status("m", 1).error()).hasMessage("the new files answer nothing");
            assertThat(rig.ask("m")).isEqualTo(1);
            rig.manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish("later"))));
            rig.log.awaitCount(AVAILABLE, 3);
            assertThat(runs).hasValue(3);
            assertThat(rig.log.count(WARMING)).as("what is served stays so").isEqualTo(1);
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

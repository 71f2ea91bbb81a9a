package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static dev.slipway.api.VersionState.ENDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SwapUnderTrafficTest {
    private static final int SWAPS = 500;
    private static final int THREADS = 8;

    @Test
    void fiveHundredSwapsUnderEightThreadsFailNoRequestAndLeakNoHandle() throws Exception {
        StateLog log = new StateLog();
        Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
        InferenceService service = new InferenceService(manager, new Listeners(List.of()));
        int openBefore = FakeModel.OPEN.get();
        manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish())));
        log.await("m", 1, AVAILABLE);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(THREADS);
        List<Future<Long>> served = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            served.add(clients.submit(() -> askUntil(done, service)));
        }
        for (int version = 2; version <= SWAPS + 1; version++) {
            manager.aspire(
                    new AspiredVersions("m", List.of(FakeModel.of(version).wish())));
            log.await("m", version, AVAILABLE);
        }
        log.await("m", SWAPS, ENDED);
        done.set(true);
        for (Future<Long> client : served) {
            assertThat(client.get(60, TimeUnit.SECONDS)).isPositive();
        }
        clients.shutdown();
        assertThat(manager.map().handlesOpen()).isZero();
        assertThat(FakeModel.OPEN.get()).isEqualTo(openBefore + 1);
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(FakeModel.OPEN.get()).isEqualTo(openBefore);
    }

    /** Answers how many requests were served; fails on the first that fails, lies, or goes back in time. */
    private static long askUntil(AtomicBoolean done, InferenceService service) {
        long count = 0;
        long newest = 0;
        Target target = new Target("m", VersionChoice.LATEST, "");
        while (!done.get()) {
            Deadline deadline = Deadline.after(Duration.ofMinutes(1), System.nanoTime());
            try (Handle handle = service.borrow("m", VersionChoice.LATEST);
                    Answer answer = service.run(handle, new InferenceRequest(target, Map.of(), List.of(), deadline))) {
                long number = answer.outputs().get("number").data().getLong();
                assertThat(number).isEqualTo(handle.id().version()).isGreaterThanOrEqualTo(newest);
                newest = number;
            }
            count++;
        }
        return count;
    }
}

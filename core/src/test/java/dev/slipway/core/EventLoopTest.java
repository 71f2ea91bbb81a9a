package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.VersionChoice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    @Test
    void refusesWhatWasAskedWhileAnotherThreadFoundOutThatItIsClosed() {
        List<String> said = new ArrayList<>();
        EventLoop[] loop = new EventLoop[1];
        loop[0] = new EventLoop(
                burst -> {
                    // Another thread's, that relies on this one to have started a burst.
                    loop[0].ask(() -> said.add("second runs"), () -> said.add("second is refused"));
                    throw new RejectedExecutionException("closed");
                },
                () -> said.add("a burst ends"));
        loop[0].ask(() -> said.add("first runs"), () -> said.add("first is refused"));
        assertThat(said).containsExactly("first is refused", "second is refused");
    }

    @Test
    void reactsAlsoWhenEventsNeverEnd() {
        Queue<Runnable> bursts = new ArrayDeque<>();
        AtomicInteger reactions = new AtomicInteger();
        EventLoop[] loop = new EventLoop[1];
        loop[0] = new EventLoop(bursts::add, reactions::incrementAndGet);
        Runnable[] endless = new Runnable[1];
        endless[0] = () -> {
            if (reactions.get() < 3) {
                loop[0].post(endless[0]);
            }
        };
        loop[0].post(endless[0]);
        while (!bursts.isEmpty()) {
            bursts.remove().run();
        }
        assertThat(reactions).hasValueGreaterThanOrEqualTo(3);
    }

    @RepeatedTest(100)
    void whoAsksAManagerThatIsClosingIsAnswered() {
        ManagerRig rig = new ManagerRig();
        rig.onDemand("m", FakeModel.of(1));
        List<CompletableFuture<?>> asked = new ArrayList<>();
        CompletableFuture<Boolean> closed = rig.manager.close();
        for (int i = 0; i < 10_000 && !closed.isDone(); i++) {
            asked.add(rig.manager.demand("m", VersionChoice.LATEST));
            asked.add(rig.manager.settled());
        }
        ManagerRig.get(closed);
        asked.add(rig.manager.settled());
        asked.forEach(answer -> ManagerRig.get(answer.handle((done, failed) -> true)));
        assertThatThrownBy(() -> rig.demand("m")).hasMessage("the server is shutting down");
    }
}

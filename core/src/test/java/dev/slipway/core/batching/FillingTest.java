package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DispatchReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where somebody asks for it, an idle model waits for a batch to fill: until it is full, or time is up. */
class FillingTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m");
        ask(Joining.Mode.TRUSTED, 4, Duration.ofMillis(5));
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(Joining.Mode mode, int rowsMax, Duration wait, Integer... preferred) {
        rig.ask(new BatchingParameters(
                new Joining(mode, rowsMax, wait, new BatchSizes(List.of(), List.of(preferred), false), true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
    }

    @Test
    void nothingRunsBeforeTheOldestHasWaitedLongEnough() {
        Asked first = rig.submit("m", 1);
        rig.pass(Duration.ofMillis(4));
        Asked second = rig.submit("m", 1);
        assertThat(rig.state("m").waiting()).isEqualTo(2);
        rig.pass(MILLI);
        Asked.areAnsweredRight(List.of(first, second));
        rig.settle();
        assertThat(rig.requestsFrom(0)).containsExactly(2);
        assertThat(rig.last().reason()).isEqualTo(DispatchReason.TIMEOUT);
        assertThat(rig.last().times().queueNanos()).isEqualTo(5_000_000);
        assertThat(rig.state("m").place()).isEqualTo("pool: not measured yet");
    }

    @Test
    void aFullBatchRunsAtOnce() {
        Asked.areAnsweredRight(rig.submit("m", 1, 2, 1));
        rig.settle();
        assertThat(rig.last().reason()).isEqualTo(DispatchReason.FULL);
        assertThat(rig.last().times().queueNanos()).isZero();
    }

    @Test
    void theOldestRequestOfARunNeedNotBeItsFirst() {
        Tenant many = new Tenant("many", 1);
        Tenant heavy = new Tenant("heavy", 3);
        ask(Joining.Mode.TRUSTED, 2, Duration.ZERO);
        // What one row costs is known: no run is made to find it out.
        for (int run = 0; run < 8; run++) {
            rig.submit("m", 1).isAnsweredRight();
        }
        rig.settle();
        int before = rig.dispatches.size();
        Gate gate = rig.hold("m");
        List<Asked> all = new ArrayList<>();
        for (Tenant tenant : List.of(many, many, heavy, heavy)) {
            if (all.size() == 2) {
                rig.pass(Duration.ofMillis(4));
            }
            all.add(rig.submit("m", rig.request(1), Urgency.DEFAULT.of(tenant)));
        }
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        rig.settle();
        // One of each, then the other of the heavier one, and the one that waited for it.
        assertThat(rig.requestsFrom(before + 1)).containsExactly(2, 2);
        assertThat(rig.last().times().queueNanos()).isGreaterThanOrEqualTo(4_000_000);
    }

    @Test
    void aPreferredSizeRunsAtOnce() {
        ask(Joining.Mode.TRUSTED, 8, MILLI, 2, 4);
        Asked.areAnsweredRight(rig.submit("m", 1, 1));
        rig.settle();
        assertThat(rig.last().reason()).isEqualTo(DispatchReason.SIZE);
        assertThat(rig.last().batch().rows()).isEqualTo(2);
    }

    @Test
    void whatIsLeftOverAfterAFullBatchWaitsForItsOwnTime() throws Exception {
        try (Rig two = new Rig(2)) {
            two.serve("n");
            two.serve("m");
            Gate gate = two.hold("n");
            two.submit("n", 1);
            gate.awaitOne();
            // Both threads are busy: the turns that the full batch asks for come when five requests wait.
            two.ask(new BatchingParameters(
                    new Joining(Joining.Mode.TRUSTED, 4, Duration.ofMillis(5), BatchSizes.ANY, true),
                    Queueing.DEFAULT,
                    Duration.ZERO,
                    0));
            List<Asked> asked = new ArrayList<>(two.submit("m", 1, 1, 1, 1, 1));
            two.let("n", gate);
            Asked.areAnsweredRight(asked.subList(0, 4));
            assertThat(two.state("m").waiting()).isEqualTo(1);
            two.pass(Duration.ofMillis(5));
            asked.get(4).isAnsweredRight();
            two.settle();
            assertThat(two.model("m").runRows()).containsExactly(4, 1);
            assertThat(two.count("m", DispatchReason.TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void aBatchThatIsFullIsNotCalledAMismatch() {
        Asked.areAnsweredRight(List.of(
                        rig.submit("m", 3), rig.submit("m", 1), rig.submit("m", new Asked(new float[] {1, 2, 3})))
                .subList(0, 2));
        assertThat(rig.count("m", DispatchReason.FULL)).isEqualTo(1);
        rig.pass(Duration.ofMillis(5));
        rig.settle();
        assertThat(rig.count("m", DispatchReason.MISMATCH)).isZero();
    }

    @Test
    void nobodyWaitsForOthersWhoseRowsMayNotBeJoined() {
        ask(Joining.Mode.LEARNT, 4, Duration.ofMillis(5));
        rig.submit("m", 1).isAnsweredRight();
        ask(Joining.Mode.OFF, 4, Duration.ofMillis(5));
        rig.submit("m", 1).isAnsweredRight();
        assertThat(rig.timer.pending()).isZero();
    }

    @Test
    void whoAsksForShorterWaitsHasThemAtOnce() {
        ask(Joining.Mode.TRUSTED, 4, Duration.ofHours(1));
        Asked asked = rig.submit("m", 1);
        ask(Joining.Mode.TRUSTED, 4, MILLI);
        rig.pass(MILLI);
        asked.isAnsweredRight();
        Asked next = rig.submit("m", 1);
        ask(Joining.Mode.TRUSTED, 4, Duration.ZERO);
        next.isAnsweredRight();
    }

    @Test
    void whoAsksForLongerWaitsHasThemToo() {
        Asked asked = rig.submit("m", 1);
        ask(Joining.Mode.TRUSTED, 4, Duration.ofMillis(8));
        rig.pass(Duration.ofMillis(5));
        assertThat(rig.state("m").waiting()).isEqualTo(1);
        rig.pass(Duration.ofMillis(3));
        asked.isAnsweredRight();
    }

    @Test
    void aModelThatWaitsForBatchesIsNotRunOnTheLoop() {
        ask(Joining.Mode.TRUSTED, 4, Duration.ZERO);
        rig.model("m").costing(rows -> 1_000);
        for (int i = 0; i < 5; i++) {
            rig.submit("m", 1).isAnsweredRight();
        }
        rig.settle();
        ask(Joining.Mode.TRUSTED, 4, MILLI);
        Asked asked = rig.submitOnLoop("m", 1);
        assertThat(rig.endTurn()).isZero();
        assertThat(rig.state("m").place()).isEqualTo("pool: batches wait to be filled");
        rig.pass(MILLI);
        asked.isAnsweredRight();
    }
}

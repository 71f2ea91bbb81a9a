package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long runs are where another tenant may come, and what that costs. */
class SharedRunsTest {
    private static final long MILLI = 1_000_000;
    private static final Tenant NOISY = new Tenant("noisy", 1);
    private static final Tenant QUIET = new Tenant("quiet", 1);

    private final Rig rig = new Rig();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private Asked submit(Tenant tenant) {
        return rig.submit("m", rig.request(1), Urgency.DEFAULT.of(tenant));
    }

    private void joinAsPays() {
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 0, Duration.ZERO, BatchSizes.ANY, true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
    }

    /** Has it be known what runs of {@code least}, twice that, and up to {@code most} rows cost. */
    private void learn(String model, int least, int most) {
        for (int size = least; size <= most; size *= 2) {
            for (int i = 0; i < CostCurve.SAMPLES_MIN; i++) {
                rig.submit(model, rig.request(size), Urgency.DEFAULT.of(NOISY)).isAnsweredRight();
            }
        }
        idle();
    }

    /** Waits until nothing runs, and that is known. */
    private void idle() {
        rig.settle();
        while (rig.pool.use().running() > 0) {
            Thread.yield();
        }
    }

    @Test
    void runsAreShortForAWhileWhereAnotherCameToABusyModel() {
        rig.serve("m").costing(rows -> MILLI / 5 + MILLI / 10 * rows);
        joinAsPays();
        learn("m", 1, 64);
        assertThat(rowsOfTheNext()).isGreaterThan(30);
        // It found the model idle: that costs the other nothing.
        submit(QUIET).isAnsweredRight();
        assertThat(rowsOfTheNext()).isGreaterThan(30);
        // 2 ms: 0.2 and 18 times 0.1.
        assertThat(rowsOfTheNext(QUIET)).isBetween(16, 18);
        assertThat(rowsOfTheNext()).isBetween(16, 18);
        rig.pass(Duration.ofSeconds(1));
        learn("m", 1, 64);
        assertThat(rowsOfTheNext()).isGreaterThan(30);
    }

    private int rowsOfTheNext(Tenant... others) {
        idle();
        Gate gate = new Gate();
        rig.model("m").gate = gate;
        Asked held = submit(NOISY);
        gate.awaitOne();
        int from = rig.model("m").runs.size();
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(submit(NOISY));
        }
        for (Tenant other : others) {
            all.add(submit(other));
        }
        rig.let("m", gate);
        held.isAnsweredRight();
        Asked.areAnsweredRight(all);
        idle();
        return rig.model("m").runs.get(from).rows();
    }

    /** What a request cost by itself was learnt when nobody else was there, and is a third of what it costs now. */
    @Test
    void thatRunsAreShortCostsNoMoreThanAQuarter() {
        joinAsPays();
        long alone = nanosOfACrowd("alone", NOISY);
        long shared = nanosOfACrowd("shared", QUIET);
        assertThat(shared).isBetween(alone, (long) (alone / 0.74));
    }

    /** @param last who asks once, after a crowd of {@link #NOISY}'s */
    private long nanosOfACrowd(String model, Tenant last) {
        rig.serve(model).costing(rows -> 2 * MILLI + MILLI / 10 * rows);
        learn(model, 1, 4);
        rig.pass(Duration.ofMinutes(2));
        rig.model(model).costing(rows -> 6 * MILLI + 3 * MILLI / 10 * rows);
        learn(model, 8, 512);
        Gate gate = new Gate();
        rig.model(model).gate = gate;
        List<Asked> all = new ArrayList<>();
        all.add(rig.submit(model, rig.request(8), Urgency.DEFAULT.of(NOISY)));
        gate.awaitOne();
        for (int i = 0; i < 2000; i++) {
            all.add(rig.submit(model, rig.request(1), Urgency.DEFAULT.of(NOISY)));
        }
        all.add(rig.submit(model, rig.request(1), Urgency.DEFAULT.of(last)));
        long begin = rig.clock.get();
        rig.let(model, gate);
        Asked.areAnsweredRight(all);
        rig.settle();
        return rig.clock.get() - begin;
    }
}

package dev.slipway.core.batching;

import static dev.slipway.api.ErrorCode.CANCELLED;
import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What several tenants get of one model, and what a noisy one can't take from a quiet one. */
class TenantsTest {
    private static final long MILLI = 1_000_000;
    private static final Tenant NOISY = new Tenant("noisy", 1);
    private static final Tenant QUIET = new Tenant("quiet", 1);
    private static final Tenant HEAVY = new Tenant("heavy", 3);

    private final Rig rig = new Rig();
    private final Map<Float, Tenant> tenants = new HashMap<>();

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(Joining.Mode mode, int requestsMax) {
        Queueing queueing = new Queueing(
                List.of(
                        new QueuePolicy(requestsMax, Duration.ZERO, QueuePolicy.OnTimeout.REJECT, true),
                        new QueuePolicy(requestsMax, Duration.ZERO, QueuePolicy.OnTimeout.DELAY, true)),
                2);
        rig.ask(new BatchingParameters(
                new Joining(mode, 0, Duration.ZERO, BatchSizes.ANY, true), queueing, Duration.ZERO, 0));
    }

    private Asked submit(Tenant tenant, Duration timeout, int priority) {
        Asked asked = rig.request(1);
        tenants.put(asked.rows[0][0], tenant);
        return rig.submit("m", asked, timeout, new Urgency(priority, 0, tenant), null);
    }

    private List<Asked> submit(Tenant tenant, int times) {
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.add(submit(tenant, Rig.LONG, 0));
        }
        return all;
    }

    /** Whose the requests were, in the order in which they ran, after the one that held the model. */
    private List<Tenant> order() {
        rig.settle();
        return rig.model("m").runs.stream()
                .skip(1)
                .map(run -> run.request().inputs().get("x").data().getFloat())
                .map(tenants::get)
                .toList();
    }

    @Test
    void aModelThatIsBusyIsSharedByWeight() {
        rig.serve("m");
        ask(Joining.Mode.OFF, 1000);
        Gate gate = rig.hold("m");
        List<Asked> all = submit(NOISY, 200);
        all.addAll(submit(HEAVY, 60));
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        assertThat(order().subList(0, 80)).filteredOn(HEAVY::equals).hasSize(60);
    }

    @Test
    void batchesAreOfSeveralTenantsEachWithItsShare() {
        List<Long> ofHeavy = new ArrayList<>();
        rig.serve("m").costing(rows -> MILLI + rows).answering(rows -> {
            ofHeavy.add(Arrays.stream(rows)
                    .filter(row -> HEAVY.equals(tenants.get(row[0])))
                    .count());
            return RowsModel.Rule.EACH.answer(rows);
        });
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 8, Duration.ZERO, BatchSizes.ANY, true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
        for (int size : new int[] {1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8}) {
            rig.submit("m", size).isAnsweredRight();
        }
        rig.settle();
        Gate gate = rig.hold("m");
        int from = rig.model("m").runs.size();
        List<Asked> all = submit(NOISY, 100);
        all.addAll(submit(HEAVY, 12));
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        rig.settle();
        assertThat(rig.model("m").runRows().subList(from, from + 14)).containsOnly(8);
        assertThat(ofHeavy.subList(from, from + 2)).allMatch(rows -> rows >= 5 && rows <= 7);
        assertThat(ofHeavy.get(from + 2)).isZero();
    }

    @Test
    void oneAloneGetsEverythingInItsOrder() {
        rig.serve("m");
        ask(Joining.Mode.OFF, 50);
        Gate gate = rig.hold("m");
        List<Asked> all = submit(NOISY, 50);
        assertThat(submit(NOISY, 1).get(0).error()).hasMessage("model 'm': queue is full (50 requests wait)");
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        rig.settle();
        assertThat(rig.model("m").runs.stream()
                        .skip(1)
                        .map(run -> run.request().inputs().get("x").data().getFloat()))
                .isEqualTo(all.stream().map(asked -> asked.rows[0][0]).toList());
    }

    @Test
    void sharesAreWithinAPriority() {
        rig.serve("m");
        ask(Joining.Mode.OFF, 50);
        Gate gate = rig.hold("m");
        List<Asked> all = submit(QUIET, 3);
        for (int i = 0; i < 5; i++) {
            all.add(submit(NOISY, Rig.LONG, 1));
        }
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        assertThat(order()).containsExactly(NOISY, NOISY, NOISY, NOISY, NOISY, QUIET, QUIET, QUIET);
    }

    @Test
    void aFullLineHasRoomForWhoIsBelowItsShare() {
        rig.serve("m");
        ask(Joining.Mode.OFF, 10);
        Gate gate = rig.hold("m");
        List<Asked> noisy = submit(NOISY, 10);
        assertThat(submit(NOISY, 1).get(0).code()).isEqualTo(RESOURCE_EXHAUSTED);
        List<Asked> quiet = submit(QUIET, 5);
        List<Asked> pushedOut = noisy.subList(5, 10);
        for (Asked asked : pushedOut) {
            SlipwayException error = asked.error();
            assertThat(error.code()).isEqualTo(RESOURCE_EXHAUSTED);
            assertThat(error.retryAfter()).isPositive();
        }
        assertThat(pushedOut.get(4).error())
                .hasMessage("model 'm': it had to make room for who asks less (10 requests wait, most of the same"
                        + " tenant)");
        assertThat(rig.dispatcher.waiting()).isEqualTo(10);
        // Now each has its half.
        assertThat(submit(QUIET, 1).get(0).error()).hasMessage("model 'm': queue is full (10 requests wait)");
        assertThat(submit(NOISY, 1).get(0).error()).hasMessage("model 'm': queue is full (10 requests wait)");
        rig.let("m", gate);
        Asked.areAnsweredRight(quiet);
        Asked.areAnsweredRight(noisy.subList(0, 5));
        pushedOut.forEach(asked -> assertThat(asked.replies()).isEqualTo(1));
    }

    @Test
    void alsoWhereAllThatWaitsIsDelayed() {
        rig.serve("m");
        rig.ask(new BatchingParameters(
                Joining.OFF,
                new Queueing(List.of(new QueuePolicy(4, Duration.ofMillis(1), QueuePolicy.OnTimeout.DELAY, true)), 1),
                Duration.ZERO,
                0));
        Gate gate = rig.hold("m");
        List<Asked> noisy = submit(NOISY, 4);
        rig.pass(Duration.ofMillis(1));
        gate.letOne();
        gate.awaitOne();
        List<Asked> more = submit(NOISY, 1);
        Asked quiet = submit(QUIET, 1).get(0);
        rig.let("m", gate);
        quiet.isAnsweredRight();
        rig.settle();
        assertThat(noisy).filteredOn(Asked::isAnswered).hasSize(3);
        more.get(0).isAnsweredRight();
    }

    @Test
    void theQuietAreNotRefusedForWhatTheNoisyWouldHaveToWait() {
        rig.serve("m").costing(rows -> MILLI * rows);
        ask(Joining.Mode.OFF, 1000);
        rig.submit("m", 1).isAnsweredRight();
        rig.settle();
        Gate gate = rig.hold("m");
        Duration patience = Duration.ofMillis(100);
        List<Asked> noisy = new ArrayList<>();
        for (int i = 0; i < 79; i++) {
            noisy.add(submit(NOISY, patience, 0));
        }
        assertThat(submit(NOISY, patience, 0).error())
                .hasMessage("model 'm': 79 requests wait, an answer would take about 81 ms (deadline: 100 ms)");
        List<Asked> quiet = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            quiet.add(submit(QUIET, patience, 0));
        }
        // Its own 39 and as many of the other: that would be too late.
        for (int i = 0; i < 19; i++) {
            quiet.add(submit(QUIET, patience, 0));
        }
        assertThat(submit(QUIET, patience, 0).code()).isEqualTo(RESOURCE_EXHAUSTED);
        rig.let("m", gate);
        Asked.areAnsweredRight(quiet);
        rig.settle();
        // Who was admitted before the other came has to wait for longer than was foreseen.
        assertThat(noisy).allMatch(Asked::isDone);
    }

    @Test
    void whatARequestTakesThatCantBeJoinedIsNotTakenForTheTimeOfOneRow() {
        rig.serve("m").costing(rows -> MILLI / 100 * rows);
        ask(Joining.Mode.OFF, 100);
        rig.submit("m", (1 << 18) + 1).isAnsweredRight();
        rig.settle();
        Gate gate = rig.hold("m");
        List<Asked> all = submit(NOISY, 1);
        all.add(submit(QUIET, Duration.ofSeconds(1), 0));
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
    }

    @Test
    void urgentRequestsAreNotRefusedForWhatIsLessUrgent() {
        rig.serve("m").costing(rows -> MILLI * rows);
        ask(Joining.Mode.OFF, 1000);
        rig.submit("m", 1).isAnsweredRight();
        rig.settle();
        Gate gate = rig.hold("m");
        List<Asked> patient = submit(QUIET, 50);
        Asked urgent = submit(QUIET, Duration.ofMillis(10), 1);
        rig.let("m", gate);
        urgent.isAnsweredRight();
        Asked.areAnsweredRight(patient);
    }

    @Test
    void whoIsDeadOrGoneCostsItsTenantNoTurn() {
        rig.serve("m").costing(rows -> 1);
        ask(Joining.Mode.OFF, 100);
        Gate gate = rig.hold("m");
        List<Asked> noisy = submit(NOISY, 10);
        Asked late = submit(QUIET, Duration.ofMillis(1), 0);
        List<Asked> quiet = submit(QUIET, 10);
        quiet.get(0).hangUp();
        quiet.get(1).cancel();
        noisy.get(9).hangUp();
        rig.pass(Duration.ofMillis(1));
        rig.let("m", gate);
        Asked.areAnsweredRight(quiet.subList(2, 10));
        Asked.areAnsweredRight(noisy.subList(0, 9));
        assertThat(late.code()).isEqualTo(DEADLINE_EXCEEDED);
        assertThat(quiet.get(0).code()).isEqualTo(CANCELLED);
        assertThat(quiet.get(1).code()).isEqualTo(CANCELLED);
        assertThat(noisy.get(9).code()).isEqualTo(CANCELLED);
        // The two take turns from the first on.
        assertThat(order().subList(0, 16)).filteredOn(QUIET::equals).hasSize(8);
    }

    @Test
    void aThousandTenantsEachGetTheirTurn() {
        rig.serve("m").costing(rows -> 1);
        ask(Joining.Mode.OFF, 4096);
        Gate gate = rig.hold("m");
        List<Asked> noisy = submit(NOISY, 3000);
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.addAll(submit(new Tenant("t" + i, 1), 1));
        }
        rig.let("m", gate);
        Asked.areAnsweredRight(all);
        Asked.areAnsweredRight(noisy);
        assertThat(order().subList(0, 1001)).filteredOn(NOISY::equals).hasSizeLessThanOrEqualTo(2);
    }
}

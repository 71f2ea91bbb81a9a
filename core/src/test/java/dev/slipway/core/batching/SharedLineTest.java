package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is next, of several tenants; by the line alone. */
class SharedLineTest {
    private static final Tenant A = new Tenant("a", 1);
    private static final Tenant B = new Tenant("b", 1);
    private static final Tenant THREE = new Tenant("three", 3);

    private final Rig rig = new Rig();
    private final SharedLine line = new SharedLine();

    @BeforeEach
    void serve() {
        rig.serve("m");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private Call add(Tenant tenant, int rows) {
        Call call = call(tenant, rows);
        line.add(call);
        return call;
    }

    private Call call(Tenant tenant, int rows) {
        Call call = rig.call("m", rows);
        call.urgency = Urgency.DEFAULT.of(tenant);
        return call;
    }

    private void add(Tenant tenant, int rows, int times) {
        for (int i = 0; i < times; i++) {
            add(tenant, rows);
        }
    }

    private Map<String, Integer> take(int requests) {
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            Call call = line.take();
            rows.merge(call.urgency.tenant().name(), call.rows, Integer::sum);
        }
        return rows;
    }

    private String order(int requests) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            order.append(line.take().urgency.tenant().name().charAt(0));
        }
        return order.toString();
    }

    @Test
    void rowsAreTakenByWeight() {
        add(A, 1, 100);
        add(THREE, 1, 100);
        assertThat(take(80).get("three")).isBetween(59, 61);
    }

    @Test
    void largeRequestsCountByTheirRows() {
        add(A, 10, 40);
        add(B, 1, 400);
        Map<String, Integer> taken = take(220);
        assertThat(taken.get("a")).isBetween(190, 210);
        assertThat(taken.get("b")).isBetween(190, 210);
    }

    @Test
    void whoComesBesideACrowdIsNext() {
        add(A, 1, 50);
        assertThat(order(10)).isEqualTo("a".repeat(10));
        add(B, 1, 1);
        assertThat(order(1)).isEqualTo("b");
        add(B, 1, 3);
        assertThat(order(6)).isEqualTo("ababab");
    }

    @Test
    void nobodySavesUpTurnsWhileAway() {
        add(A, 1, 100);
        add(B, 1, 1);
        order(60);
        add(B, 1, 40);
        assertThat(take(40)).containsExactlyInAnyOrderEntriesOf(Map.of("a", 20, "b", 20));
    }

    @Test
    void norLosesDebtsByHavingOneRequestAtATime() {
        add(B, 1, 1000);
        int rowsOfA = 0;
        int rowsOfB = 0;
        add(A, 100);
        for (int i = 0; i < 500; i++) {
            Call call = line.take();
            if (call.urgency.tenant() == A) {
                rowsOfA += call.rows;
                add(A, 100);
            } else {
                rowsOfB += call.rows;
            }
        }
        assertThat(rowsOfA).isBetween(rowsOfB - 100, rowsOfB + 100);
    }

    @Test
    void withinATenantTheOldestGoesFirst() {
        List<Call> ofA = List.of(add(A, 1), add(A, 5), add(A, 2));
        List<Call> ofB = List.of(add(B, 3), add(B, 1), add(B, 2));
        List<Call> taken = new ArrayList<>();
        while (line.requests() > 0) {
            taken.add(line.take());
        }
        assertThat(taken).filteredOn(ofA::contains).isEqualTo(ofA);
        assertThat(taken).filteredOn(ofB::contains).isEqualTo(ofB);
        assertThat(line.rows()).isZero();
    }

    @Test
    void whatIsDroppedCostsItsTenantNothing() {
        add(A, 50);
        add(A, 1, 10);
        add(B, 1, 10);
        assertThat(order(1)).isEqualTo("b");
        assertThat(line.drop().rows).isEqualTo(50);
        assertThat(order(8)).isEqualTo("abababab");
    }

    @Test
    void aNewWeightCountsAtOnce() {
        add(A, 1, 100);
        add(B, 1, 100);
        order(20);
        add(new Tenant("b", 4), 1);
        assertThat(take(50)).containsExactlyInAnyOrderEntriesOf(Map.of("a", 10, "b", 40));
    }

    @Test
    void aRequestWaitsForItsTenantsOwnAndTheOthersShares() {
        add(A, 1, 100);
        assertThat(line.rowsBefore(call(A, 1))).isEqualTo(100);
        assertThat(line.rowsBefore(call(B, 1))).isEqualTo(1);
        assertThat(line.rowsBefore(call(B, 20))).isEqualTo(20);
        assertThat(line.rowsBefore(call(B, 500))).isEqualTo(100);
        add(B, 1, 5);
        assertThat(line.rowsBefore(call(B, 1))).isEqualTo(11);
        assertThat(line.rowsBefore(call(A, 1))).isEqualTo(105);
        assertThat(line.rowsBefore(call(THREE, 3))).isEqualTo(2);
    }

    @Test
    void theNewestOfWhoHasMostForItsWeightGivesWay() {
        add(THREE, 1, 5);
        add(A, 1, 3);
        Call newest = add(A, 1);
        assertThat(line.giveWay(call(B, 1), false)).isSameAs(newest);
        assertThat(line.requests()).isEqualTo(8);
        // With one more it would have as much as who has most.
        add(B, 1, 2);
        assertThat(line.giveWay(call(B, 1), false)).isNull();
        assertThat(line.giveWay(call(A, 1), false)).isNull();
    }

    @Test
    void nobodyGivesWayToItself() {
        add(A, 1, 10);
        assertThat(line.giveWay(call(A, 1), false)).isNull();
        line.clear(new ArrayList<>());
        assertThat(line.giveWay(call(B, 1), false)).isNull();
    }

    @Test
    void whereRowsAreFewTheyCountNotRequests() {
        add(A, 100, 3);
        Call newest = add(A, 100);
        add(B, 1, 5);
        assertThat(line.giveWay(call(B, 1), false)).isNull();
        assertThat(line.giveWay(call(B, 1), true)).isSameAs(newest);
        assertThat(line.rows()).isEqualTo(305);
        // Without one more of its requests it would have less.
        assertThat(line.giveWay(call(B, 250), true)).isNull();
        assertThat(line.isWithinShareOf(600, call(B, 250))).isTrue();
        assertThat(line.isWithinShareOf(400, call(B, 250))).isFalse();
        assertThat(line.isWithinShareOf(1000, call(B, 300))).isFalse();
        assertThat(line.isWithinShareOf(1000, call(A, 1))).isFalse();
    }

    @Test
    void oneAloneIsNotLetInForItsShare() {
        add(A, 10);
        assertThat(line.isWithinShareOf(1000, call(A, 1))).isFalse();
        assertThat(line.isWithinShareOf(1000, call(B, 1))).isTrue();
    }

    @Test
    void aRequestThatCantBeJoinedIsChargedAllItsRows() {
        Call large = rig.call("m", (1 << 18) + 1);
        assertThat(large.isJoinable).isFalse();
        large.urgency = Urgency.DEFAULT.of(A);
        line.add(large);
        add(A, 1);
        add(B, 1, 50);
        assertThat(line.rows()).isEqualTo((1 << 18) + 51);
        assertThat(line.rowsBefore(call(A, 1))).isEqualTo((1 << 18) + 51);
        assertThat(order(51)).matches("b?ab{49,50}").doesNotContain("aa");
    }

    /** Whatever leaves in whatever way, the sums stay right, and all that came leaves once. */
    @Test
    void nothingIsLostAndNothingTwice() {
        SplittableRandom random = new SplittableRandom(7);
        List<Call> inside = new ArrayList<>();
        List<Call> out = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int what = random.nextInt(inside.size() > 200 ? 14 : 8);
            if (what < 6) {
                Tenant tenant = new Tenant("t" + random.nextInt(5), 1 + random.nextInt(3));
                inside.add(add(tenant, 1 + random.nextInt(4)));
            } else if (!inside.isEmpty()) {
                leave(random, inside, out);
            }
            assertThat(inside.removeAll(out)).isEqualTo(!out.isEmpty());
            out.clear();
            assertThat(line.requests()).isEqualTo(inside.size());
            assertThat(line.rows())
                    .isEqualTo(inside.stream().mapToInt(call -> call.rows).sum());
            assertThat(line.peek() == null).isEqualTo(inside.isEmpty());
        }
        while (line.peek() != null) {
            assertThat(inside.remove(line.take())).isTrue();
        }
        assertThat(inside).isEmpty();
    }

    private void leave(SplittableRandom random, List<Call> inside, List<Call> out) {
        switch (random.nextInt(6)) {
            case 0, 1 -> out.add(line.take());
            case 2 -> out.add(line.drop());
            case 3 -> {
                Call call = inside.get(random.nextInt(inside.size()));
                assertThat(line.takeOut(call)).isTrue();
                assertThat(line.takeOut(call)).isFalse();
                out.add(call);
            }
            case 4 -> line.takeOut(call -> random.nextInt(20) == 0, out);
            default -> {
                Call pushedOut = line.giveWay(call(new Tenant("t9", 3), 1), random.nextBoolean());
                if (pushedOut != null) {
                    out.add(pushedOut);
                }
            }
        }
    }

    @Test
    void tenantsThatComeOnceAreForgottenThoughTheLineIsNeverEmpty() {
        add(A, 1, 20_001);
        for (int i = 0; i < 10_000; i++) {
            add(new Tenant("t" + i, 1), 1);
            line.take();
            line.take();
        }
        assertThat(line.requests()).isPositive();
        assertThat(line.known()).isLessThan(2_100);
    }
}

package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether several tenants share a signature; by the line alone. */
class WaitingLineTest {
    private static final Tenant A = new Tenant("a", 1);
    private static final Tenant B = new Tenant("b", 1);

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private Call call(Tenant tenant) {
        Call call = rig.call("m", 1);
        call.urgency = Urgency.DEFAULT.of(tenant);
        return call;
    }

    @Test
    void theLineKnowsForAWhileThatATenantCameBesideAnother() {
        WaitingLine waiting = new WaitingLine();
        long now = rig.clock.get();
        waiting.add(call(A), 0, true);
        waiting.add(call(new Tenant("a", 7)), 0, true);
        assertThat(waiting.isShared(now)).isFalse();
        waiting.add(call(B), 0, false);
        assertThat(waiting.isShared(now + 999_999_999L)).isTrue();
        assertThat(waiting.isShared(now + 1_000_000_000L)).isFalse();
    }

    @Test
    void whoComesWhenNobodyIsThereSharesWithNobody() {
        WaitingLine waiting = new WaitingLine();
        long now = rig.clock.get();
        Call first = call(A);
        waiting.add(first, 0, false);
        waiting.takeOut(first);
        Call second = call(B);
        waiting.add(second, 0, false);
        assertThat(waiting.isShared(now)).isFalse();
        waiting.takeOut(second);
        waiting.add(call(A), 0, true);
        assertThat(waiting.isShared(now)).isTrue();
    }
}

package dev.slipway.core;

import static dev.slipway.api.VersionState.AVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ServingListener;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.RetryPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What plugins throw at the manager must not stop it. */
class ForeignFaultsTest {
    @Test
    void aListenerThatIsBrokenHoldsUpNobody() {
        ServingListener broken = new ServingListener() {
            @Override
            public void stateChanged(StateChange change) {
                throw new NoClassDefFoundError("left out of the plugin");
            }
        };
        StateLog log = new StateLog();
        Manager manager = new Manager(new ManagerOptions(
                new AvailabilityPreserving(), RetryPolicy.DEFAULT, 1, 100, WarmUp.NONE, List.of(broken, log)));
        manager.aspire(new AspiredVersions("m", List.of(FakeModel.of(1).wish())));
        log.await("m", 1, AVAILABLE);
        ManagerRig.get(manager.settled());
        assertThat(log.of("m")).containsExactly("1 NEW", "1 LOADING", "1 WARMING", "1 AVAILABLE");
        assertThat(ManagerRig.get(manager.close())).isTrue();
    }

    @Test
    void aModelsPolicyThatIsBrokenHoldsUpNoOtherModel() {
        try (ManagerRig rig = new ManagerRig()) {
            rig.manager.configure(
                    "broken", new ModelSettings(Map.of(), ModelSettings.Residency.PRELOADED, false, false, versions -> {
                        throw new StackOverflowError("asked itself");
                    }));
            rig.aspire("broken", FakeModel.of(1));
            rig.aspire("m", FakeModel.of(1));
            rig.log.await("m", 1, AVAILABLE);
            rig.manager.configure("broken", ModelSettings.DEFAULT);
            rig.log.await("broken", 1, AVAILABLE);
        }
    }
}

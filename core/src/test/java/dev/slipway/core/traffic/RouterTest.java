package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.StateLog;
import dev.slipway.core.traffic.TrafficSettings.Sticky;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final Split FEW = new Split(Map.of(7L, 95, 8L, 5));
    private static final Split HALF = new Split(Map.of(7L, 1, 8L, 1));
    private static final VersionChoice CHAMPION = new VersionChoice.Label("champion");
    private static final Sticky BY_USER = new Sticky(Sticky.Source.INPUT, "user");

    private final StateLog log = new StateLog();
    private final Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
    private final Traffic traffic = new Traffic(manager, new Shadows(manager.map(), Runnable::run), System::nanoTime);
    private final Router router = new Router(new InferenceService(manager, new Listeners(List.of())), traffic);

    @AfterEach
    void givesEverythingBack() throws Exception {
        assertThat(manager.map().handlesOpen()).isZero();
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
    }

    private void serve(AddingModel... models) throws Exception {
        manager.aspire(new AspiredVersions(
                "fraud", Arrays.stream(models).map(AddingModel::wish).toList()));
        for (AddingModel model : models) {
            log.await("fraud", model.wish().number(), VersionState.AVAILABLE);
        }
    }

    private void label(Split split, String defaultLabel, Sticky sticky) throws Exception {
        traffic.configure(
                "fraud",
                ModelSettings.DEFAULT.withLabels(Map.of("champion", split)),
                new TrafficSettings(defaultLabel, sticky, null, null));
        manager.settled().get(60, TimeUnit.SECONDS);
    }

    private long ask(VersionChoice choice, Router.Headers headers) {
        try (Handle handle = router.borrow(new Target("fraud", choice, ""), headers)) {
            return handle.id().version();
        }
    }

    /** As an endpoint does it: the version is chosen again once the inputs are known. */
    private long settle(VersionChoice choice, Map<String, Tensor> inputs) {
        Target target = new Target("fraud", choice, "");
        InferenceRequest request = new InferenceRequest(target, inputs, List.of(), new Deadline(Long.MAX_VALUE));
        try (Handle handle = router.settle(target, router.borrow(target, Router.Headers.NONE), request)) {
            return handle.id().version();
        }
    }

    private static int newest(int requests, LongSupplier ask) {
        int newest = 0;
        for (int i = 0; i < requests; i++) {
            newest += ask.getAsLong() == 8 ? 1 : 0;
        }
        return newest;
    }

    @Test
    void dividesALabelsRequestsByItsWeights() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        label(FEW, "", null);
        // Five standard deviations.
        assertThat(newest(40_000, () -> ask(CHAMPION, Router.Headers.NONE))).isBetween(1_780, 2_220);
        assertThat(newest(100, () -> ask(VersionChoice.LATEST, Router.Headers.NONE)))
                .isEqualTo(100);
        assertThat(newest(100, () -> ask(new VersionChoice.Exact(7), Router.Headers.NONE)))
                .isZero();
    }

    @Test
    void whoNamesNothingGoesToTheDefaultLabel() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        label(Split.of(7), "champion", null);
        assertThat(ask(VersionChoice.LATEST, Router.Headers.NONE)).isEqualTo(7);
        assertThat(ask(new VersionChoice.Exact(8), Router.Headers.NONE)).isEqualTo(8);
    }

    @Test
    void aDefaultLabelThatNamesNothingYetIsUnavailable() throws Exception {
        serve(new AddingModel(7, 1));
        label(Split.of(9), "champion", null);
        assertThatThrownBy(() -> ask(VersionChoice.LATEST, Router.Headers.NONE))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessage(
                        "model 'fraud': label 'champion' waits for version 9, not all of which is available (available: 7)");
    }

    @Test
    void aHeaderKeepsACallerOnItsVersion() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        label(HALF, "champion", new Sticky(Sticky.Source.HEADER, "x-user-id"));
        int newest = 0;
        for (int user = 0; user < 1_000; user++) {
            String value = "user-" + user;
            Router.Headers headers = name -> name.equals("x-user-id") ? value : null;
            int there = newest(20, () -> ask(CHAMPION, headers));
            assertThat(there).isIn(0, 20);
            assertThat(newest(1, () -> ask(VersionChoice.LATEST, headers))).isEqualTo(there / 20);
            newest += there / 20;
        }
        assertThat(newest).isBetween(420, 580);
        // Without it, or with nothing in it, chance decides.
        assertThat(newest(1_000, () -> ask(CHAMPION, Router.Headers.NONE))).isBetween(420, 580);
        assertThat(newest(1_000, () -> ask(CHAMPION, name -> ""))).isBetween(420, 580);
    }

    @Test
    void anInputKeepsACallerOnItsVersion() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        label(HALF, "champion", BY_USER);
        int newest = 0;
        for (int user = 0; user < 1_000; user++) {
            Map<String, Tensor> inputs = Map.of("user", AddingModel.text("user-" + user, "somebody else"));
            int there = newest(20, () -> settle(CHAMPION, inputs));
            assertThat(there).isIn(0, 20);
            assertThat(newest(1, () -> settle(VersionChoice.LATEST, inputs))).isEqualTo(there / 20);
            newest += there / 20;
        }
        assertThat(newest).isBetween(420, 580);
        assertThat(newest(1_000, () -> settle(CHAMPION, Map.of()))).isBetween(420, 580);
        assertThat(newest(1_000, () -> settle(CHAMPION, Map.of("user", AddingModel.text()))))
                .isBetween(420, 580);
    }

    @Test
    void whoNamesAVersionStaysThereWhateverTheInput() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        label(HALF, "champion", BY_USER);
        for (int user = 0; user < 100; user++) {
            assertThat(settle(new VersionChoice.Exact(7), Map.of("user", AddingModel.text("user-" + user))))
                    .isEqualTo(7);
        }
    }

    @Test
    void aRequestThatWasReadForAnotherSignatureStaysThere() throws Exception {
        serve(new AddingModel(7, 1), new AddingModel(8, 1, "z"));
        label(HALF, "champion", BY_USER);
        Map<String, Tensor> inputs = Map.of("user", AddingModel.text("user-1"));
        assertThat(newest(1_000, () -> settle(CHAMPION, inputs))).isBetween(420, 580);
    }
}

package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.StateLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShadowTest {
    private final StateLog log = new StateLog();
    private final Manager manager = new Manager(ManagerOptions.defaults(List.of(log)));
    /** What runs when nothing else is to be done: when the test says so. */
    private final Queue<Runnable> spare = new ArrayDeque<>();

    private final Shadows shadows = new Shadows(manager.map(), spare::add);
    private final Traffic traffic = new Traffic(manager, shadows, System::nanoTime);
    private final List<String> ended = new ArrayList<>();
    private final InferenceService inference =
            new InferenceService(manager, new Listeners(List.of(new ServingListener() {
                @Override
                public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
                    ended.add(id + " " + code);
                }
            })));
    private final Router router = new Router(inference, traffic);

    @AfterEach
    void givesEverythingBack() throws Exception {
        spare.forEach(Runnable::run);
        assertThat(shadows.heldBytes()).isZero();
        assertThat(manager.map().handlesOpen()).isZero();
        assertThat(manager.close().get(60, TimeUnit.SECONDS)).isTrue();
    }

    private void serve(AddingModel... models) {
        manager.aspire(new AspiredVersions(
                "fraud", Arrays.stream(models).map(AddingModel::wish).toList()));
        for (AddingModel model : models) {
            log.await("fraud", model.wish().number(), VersionState.AVAILABLE);
        }
    }

    private void shadow(long version, double share, double tolerance) {
        traffic.configure(
                "fraud",
                ModelSettings.DEFAULT,
                new TrafficSettings("", null, new Shadow(version, share, tolerance), null));
    }

    private ShadowState state() {
        return traffic.shadows().get("fraud");
    }

    private static InferenceRequest request(Tensor x) {
        return new InferenceRequest(
                new Target("fraud", VersionChoice.LATEST, ""),
                Map.of("x", x, "user", AddingModel.text("u")),
                List.of(),
                Deadline.after(Duration.ofMinutes(1), System.nanoTime()));
    }

    /** As an endpoint does it: the inputs' memory is another's once the answer is sent; the answer's, once this returns. */
    private void ask(long version, float... values) {
        Tensor x = AddingModel.floats(values);
        InferenceRequest request = request(x);
        try (Handle handle = manager.map().tryBorrow("fraud", new VersionChoice.Exact(version))) {
            ShadowCopy copy = router.sample(handle, request);
            Answer answer = inference.run(handle, request);
            if (copy != null) {
                copy.keep(answer);
                wipe(x.data());
                copy.compareWith(answer);
            }
            answer.outputs().values().forEach(tensor -> wipe(tensor.data()));
        }
    }

    private static void wipe(ByteBuffer data) {
        while (data.hasRemaining()) {
            data.put((byte) 0x55);
        }
    }

    private void runSpare() {
        for (Runnable task = spare.poll(); task != null; task = spare.poll()) {
            task.run();
        }
    }

    @Test
    void countsWhatIsTheSameAndWhatDiffers() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1.25f));
        shadow(8, 1, 0.25);
        ask(7, 1, 2, 3);
        ask(7, -1);
        assertThat(spare).hasSize(2);
        assertThat(state()).isEqualTo(new ShadowState(8, 0, 0, 0, 0, 0));
        runSpare();
        assertThat(state()).isEqualTo(new ShadowState(8, 2, 0, 0, 0, 0.25));
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        assertThat(state()).isEqualTo(new ShadowState(8, 2, 1, 0, 0, 0.25));
    }

    @Test
    void isNotAskedWhatItAnsweredItself() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 1, 0);
        ask(8, 1);
        assertThat(spare).isEmpty();
    }

    @Test
    void getsItsShare() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 0.1, 0);
        for (int i = 0; i < 10_000; i++) {
            ask(7, i);
            runSpare();
        }
        // Four standard deviations.
        assertThat(state().same()).isBetween(880L, 1_120L);
    }

    @Test
    void doesNotCountAmongTheClientsRequests() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        assertThat(ended).containsExactly("fraud:7 OK");
    }

    @Test
    void countsFailuresOfItsOwn() {
        AddingModel eight = new AddingModel(8, 1);
        eight.failure = new SlipwayException(ErrorCode.INTERNAL, "told to fail");
        serve(new AddingModel(7, 1), eight);
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        assertThat(state()).isEqualTo(new ShadowState(8, 0, 0, 1, 0, 0));
    }

    @Test
    void anotherOutputIsADifference() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1, "z"));
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        assertThat(state().different()).isEqualTo(1);
    }

    @Test
    void skipsWhatIsNotThere() {
        serve(new AddingModel(7, 1));
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        assertThat(state()).isEqualTo(new ShadowState(8, 0, 0, 0, 1, 0));
    }

    @Test
    void noMoreCopiesWaitThanMay() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 1, 0);
        for (int i = 0; i < Shadows.COPIES_MAX + 10; i++) {
            ask(7, i);
        }
        assertThat(spare).hasSize(Shadows.COPIES_MAX);
        assertThat(state().skipped()).isEqualTo(10);
        runSpare();
        assertThat(state()).isEqualTo(new ShadowState(8, Shadows.COPIES_MAX, 0, 0, 10, 0));
        ask(7, 1);
        assertThat(spare).hasSize(1);
    }

    @Test
    void noMoreBytesAreHeldThanMay() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 1, 0);
        float[] much = new float[(int) (Shadows.BYTES_MAX / 20)];
        ask(7, much);
        ask(7, much);
        ask(7, much);
        assertThat(spare).hasSize(2);
        assertThat(state().skipped()).isEqualTo(1);
        assertThat(shadows.heldBytes()).isBetween(Shadows.BYTES_MAX / 2, Shadows.BYTES_MAX);
    }

    @Test
    void anAnswerThatCouldNotBeSentLeavesNothing() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1));
        shadow(8, 1, 0);
        InferenceRequest request = request(AddingModel.floats(1));
        try (Handle handle = manager.map().tryBorrow("fraud", VersionChoice.LATEST)) {
            assertThat(router.sample(handle, request)).isNull();
        }
        try (Handle handle = manager.map().tryBorrow("fraud", new VersionChoice.Exact(7))) {
            ShadowCopy copy = router.sample(handle, request);
            copy.keep(inference.run(handle, request));
            assertThat(shadows.heldBytes()).isPositive();
            copy.close();
            copy.close();
        }
        assertThat(shadows.heldBytes()).isZero();
    }

    @Test
    void anotherShadowCountsFromZero() {
        serve(new AddingModel(7, 1), new AddingModel(8, 1), new AddingModel(9, 1));
        shadow(8, 1, 0);
        ask(7, 1);
        runSpare();
        shadow(9, 1, 0);
        assertThat(state()).isEqualTo(new ShadowState(9, 0, 0, 0, 0, 0));
        traffic.configure("fraud", ModelSettings.DEFAULT, TrafficSettings.DEFAULT);
        assertThat(traffic.shadows()).isEmpty();
    }
}

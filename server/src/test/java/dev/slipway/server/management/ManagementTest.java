package dev.slipway.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.management.Operation.State;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ManagementTest {
    private static final OptionalLong ANY = OptionalLong.empty();
    private static final ModelConfig TWO =
            ModelConfig.at("/elsewhere/two").withVersions(new VersionSelection.Specific(Set.of(1L, 2L)));

    private final FakeModels models =
            new FakeModels().with("fraud", VersionState.AVAILABLE, 6, 7).with("two", VersionState.AVAILABLE, 1, 2);
    private final FakeControl control = new FakeControl(Map.of("two", TWO));
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private Executor thread = Runnable::run;
    private final Management management =
            new Management(models, control, new Operations(), work -> thread.execute(work));

    private ServingConfig config() {
        return control.current().config();
    }

    private Operation load(String model, OptionalLong version) {
        return management.load(model, version, "rest").join();
    }

    private Operation unload(String model, OptionalLong version) {
        return management.unload(model, version, "rest").join();
    }

    private State state(Operation operation) {
        return management.operations().get(operation.id()).state();
    }

    private void become(String model, long version, VersionState state) {
        management.stateChanged(new StateChange(new ServableId(model, version), state, FakeModels.SINCE, null));
    }

    @Test
    void doesNothingOnTheCallersThread() {
        thread = waiting::add;
        CompletableFuture<Operation> load = management.load("fraud", ANY, "rest");
        CompletableFuture<Operation> unload = management.unload("fraud", ANY, "rest");
        assertThat(load).isNotDone();
        assertThat(unload).isNotDone();
        assertThat(control.current().number()).isOne();
        waiting.forEach(Runnable::run);
        assertThat(load).isDone();
        assertThat(unload).isDone();
    }

    @Test
    void loadsAndTellsOfEachState() {
        Operation begun = load("fraud", OptionalLong.of(7));
        assertThat(begun.state()).isEqualTo(State.RUNNING);
        assertThat(begun.version()).hasValue(7);
        become("fraud", 7, VersionState.LOADING);
        become("fraud", 6, VersionState.UNLOADING);
        assertThat(management.operations().get(begun.id()).progress()).isEqualTo("LOADING");
        models.loading("fraud", 7).complete(null);
        assertThat(state(begun)).isEqualTo(State.DONE);
        assertThat(control.current().number()).isOne();
    }

    @Test
    void isOneOperationForLoadsThatMeanTheSameVersion() {
        Operation first = load("fraud", OptionalLong.of(7));
        Operation second = load("fraud", ANY);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(load("fraud", OptionalLong.of(6)).id()).isNotEqualTo(first.id());
        // Each of the two had joined the load, so both have to leave it.
        management.operations().cancel(first.id());
        assertThat(models.cancelled()).containsExactly(new ServableId("fraud", 7), new ServableId("fraud", 7));
    }

    @Test
    void saysWhyALoadFailed() {
        Operation begun = load("fraud", OptionalLong.of(7));
        models.loading("fraud", 7).completeExceptionally(new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken"));
        assertThat(management.operations().get(begun.id()).error()).hasMessage("broken");
        assertThat(state(begun)).isEqualTo(State.FAILED);
    }

    @Test
    void beginsNothingForAVersionThatNobodyHas() {
        assertThatThrownBy(() -> load("fraud", OptionalLong.of(9)))
                .hasCauseInstanceOf(SlipwayException.class)
                .hasMessageContaining("no such version");
        assertThatThrownBy(() -> unload("fruad", ANY)).hasMessageContaining("(expected: 'fraud')");
        assertThat(management.operations().list()).isEmpty();
        assertThat(control.current().number()).isOne();
    }

    @Test
    void unloadsUntilAllVersionsAreGone() {
        Operation begun = unload("fraud", ANY);
        assertThat(config().of("fraud").lifecycle().isUnloaded()).isTrue();
        assertThat(config().of("other").lifecycle().isUnloaded()).isFalse();
        assertThat(control.current().origin()).isEqualTo("unload of fraud, rest");
        models.going("fraud", 6).complete(null);
        assertThat(management.operations().get(begun.id()).progress()).isEqualTo("1 of 2 versions are unloaded");
        assertThat(state(begun)).isEqualTo(State.RUNNING);
        models.going("fraud", 7).complete(null);
        assertThat(state(begun)).isEqualTo(State.DONE);
    }

    @Test
    void loadsAgainWhatWasUnloadedByHandAndLeavesNoTraceOfIt() {
        ServingConfig before = config();
        Operation unload = unload("fraud", ANY);
        Operation load = load("fraud", ANY);
        assertThat(config()).isEqualTo(before);
        assertThat(control.current().number()).isEqualTo(3);
        assertThat(state(unload)).isEqualTo(State.RUNNING);
        become("fraud", 7, VersionState.AVAILABLE);
        assertThat(management.operations().get(unload.id()).error()).hasMessage("model 'fraud' was loaded again");
        assertThat(state(unload)).isEqualTo(State.CANCELLED);
        assertThat(state(load)).isEqualTo(State.RUNNING);
    }

    @Test
    void goesOnUnloadingWhenALateEventSaysThatAVersionWasAvailable() {
        Operation unload = unload("fraud", ANY);
        become("fraud", 7, VersionState.AVAILABLE);
        assertThat(state(unload)).isEqualTo(State.RUNNING);
    }

    @Test
    void unloadsOneOfTheVersionsThatAreNamed() {
        Operation begun = unload("two", OptionalLong.of(1));
        assertThat(config().of("two")).isEqualTo(TWO.withVersions(new VersionSelection.Specific(Set.of(2L))));
        models.going("two", 1).complete(null);
        assertThat(state(begun)).isEqualTo(State.DONE);

        unload("two", OptionalLong.of(2));
        assertThat(config().of("two").lifecycle().isUnloaded()).isTrue();
        assertThat(config().of("two").versions()).isEqualTo(new VersionSelection.Specific(Set.of(2L)));
    }

    @Test
    void unloadsNoVersionThatTheConfigurationDoesNotName() {
        assertThatThrownBy(() -> unload("fraud", OptionalLong.of(7)))
                .hasMessageContaining("model 'fraud' wants its newest version")
                .hasMessageContaining("expected: versions that are named one by one");
        assertThatThrownBy(() -> unload("two", OptionalLong.of(3))).hasMessageContaining("(expected: 1, 2)");
        assertThat(control.current().number()).isOne();
    }

    @Test
    void refusesAnEditOfWhatIsNoLongerSo() {
        management.edit(ANY, ConfigEdits.put("new", TWO), "rest").join();
        assertThatThrownBy(() -> management
                        .edit(OptionalLong.of(1), ConfigEdits.delete("new"), "rest")
                        .join())
                .hasCauseInstanceOf(StaleRevision.class)
                .hasMessageContaining("at revision 2 (expected: 1");
        assertThat(config().models()).containsKey("new");
        management.edit(OptionalLong.of(2), ConfigEdits.delete("new"), "rest").join();
        assertThat(config().models()).doesNotContainKey("new");
    }

    @Test
    void failsWhatIsAskedOnceItIsClosed() {
        Management own = new Management(models, control);
        assertThat(own.ask(now -> now.current().number()).join()).isOne();
        own.close();
        assertThatThrownBy(() -> own.ask(now -> 1).join()).hasMessageContaining("the server stops");
    }
}

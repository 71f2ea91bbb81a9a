package dev.slipway.core.batching;

import static dev.slipway.api.ErrorCode.CANCELLED;
import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How requests wait: in which order, how many, for how long; and who leaves without having run. */
class WaitingTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(QueuePolicy... levels) {
        rig.ask(new BatchingParameters(Joining.OFF, new Queueing(List.of(levels), levels.length), Duration.ZERO, 0));
    }

    private static QueuePolicy policy(int requestsMax, QueuePolicy.OnTimeout onTimeout, boolean allowsOverride) {
        return new QueuePolicy(requestsMax, MILLI, onTimeout, allowsOverride);
    }

    /** The first numbers of the rows of all runs but the first, which held the model. */
    private List<Float> ranAfterTheFirst() {
        rig.settle();
        return rig.model("m").runs.stream()
                .skip(1)
                .map(run -> run.request().inputs().get("x").data().getFloat())
                .toList();
    }

    @Test
    void aQueueFullOfRequestsWhoseClientsHaveGoneHasRoomAtOnce() {
        ask(
                new QueuePolicy(3, Duration.ZERO, QueuePolicy.OnTimeout.REJECT, true),
                new QueuePolicy(3, MILLI, QueuePolicy.OnTimeout.DELAY, true));
        Gate gate = rig.hold("m");
        List<Asked> dead = rig.submit("m", 1, 1, 1);
        Asked urgent = rig.submit("m", rig.request(1), new Urgency(1, 0));
        assertThat(rig.submit("m", 1).code()).isEqualTo(RESOURCE_EXHAUSTED);
        dead.forEach(Asked::hangUp);
        urgent.hangUp();
        assertThat(dead).allMatch(Asked::isDone);
        assertThat(urgent.code()).isEqualTo(CANCELLED);
        assertThat(rig.dispatcher.waiting()).isZero();
        assertThat(rig.manager.map().handlesOpen()).as("that of the run").isEqualTo(1);

        List<Asked> live = rig.submit("m", 1, 1, 1);
        rig.let("m", gate);
        Asked.areAnsweredRight(live);
        live.forEach(Asked::hangUp);
        dead.forEach(each -> assertThat(each.code()).isEqualTo(CANCELLED));
    }

    @Test
    void whoIsCancelledOrLateWhileWaitingIsNeverRun() {
        rig.ask(new BatchingParameters(Joining.OFF, Queueing.DEFAULT, Duration.ZERO, 0));
        Gate gate = rig.hold("m");
        Asked cancelled = rig.submit("m", 1);
        Asked late = rig.submit("m", rig.request(1), MILLI);
        Asked other = rig.submit("m", 1);
        cancelled.cancel();
        rig.pass(MILLI);
        rig.let("m", gate);
        other.isAnsweredRight();
        assertThat(cancelled.error()).hasMessage("model 'm:1': the client is gone");
        assertThat(cancelled.code()).isEqualTo(CANCELLED);
        assertThat(late.code()).isEqualTo(DEADLINE_EXCEEDED);
        assertThat(late.error())
                .hasMessage("model 'm:1': the request waited 1 ms and was not run: its deadline has passed");
        assertThat(ranAfterTheFirst()).containsExactly(other.rows[0][0]);
        assertThat(rig.manager.map().handlesOpen()).isZero();
    }

    @Test
    void aBatchRunsUntilTheLatestDeadlineOfItsRequests() {
        rig.ask(new BatchingParameters(
                new Joining(Joining.Mode.TRUSTED, 3, Duration.ofMillis(5), BatchSizes.ANY, true),
                Queueing.DEFAULT,
                Duration.ZERO,
                0));
        long now = rig.clock.get();
        rig.submit("m", rig.request(1), Duration.ofSeconds(1));
        rig.submit("m", rig.request(1), Duration.ofSeconds(3));
        rig.submit("m", rig.request(1), Duration.ofSeconds(2)).isAnsweredRight();
        assertThat(rig.model("m").runRows()).containsExactly(3);
        assertThat(rig.model("m").runs.get(0).request().deadline().remainingNanos(now))
                .isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void oneMoreThanMayWaitIsRefusedAndToldWhenToComeAgain() {
        ask(policy(2, QueuePolicy.OnTimeout.DELAY, false));
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 1);
        SlipwayException refusal = rig.submit("m", 1).error();
        assertThat(refusal.code()).isEqualTo(RESOURCE_EXHAUSTED);
        assertThat(refusal).hasMessage("model 'm': queue is full (2 requests wait)");
        assertThat(refusal.retryAfter()).isPositive();
        rig.let("m", gate);
        Asked.areAnsweredRight(waiting);
    }

    @Test
    void whatIsOfNoUseMakesRoom() {
        ask(policy(2, QueuePolicy.OnTimeout.DELAY, false));
        Gate gate = rig.hold("m");
        Asked gone = rig.submit("m", 1);
        Asked waiting = rig.submit("m", 1);
        gone.cancel();
        Asked third = rig.submit("m", 1);
        assertThat(gone.code()).isEqualTo(CANCELLED);
        assertThat(rig.submit("m", 1).code()).isEqualTo(RESOURCE_EXHAUSTED);
        rig.let("m", gate);
        Asked.areAnsweredRight(List.of(waiting, third));
    }

    /** However many come to a full queue, all of it is not looked through for each. */
    @Test
    void aFullQueueIsLookedThroughEveryTenMilliseconds() {
        ask(new QueuePolicy(2, Duration.ZERO, QueuePolicy.OnTimeout.DELAY, false));
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 1);
        assertThat(rig.submit("m", 1).code()).isEqualTo(RESOURCE_EXHAUSTED);
        waiting.get(0).cancel();
        assertThat(rig.submit("m", 1).code()).isEqualTo(RESOURCE_EXHAUSTED);
        assertThat(waiting.get(0).isDone()).isFalse();
        rig.pass(MILLI.multipliedBy(10));
        Asked last = rig.submit("m", 1);
        assertThat(waiting.get(0).code()).isEqualTo(CANCELLED);
        rig.let("m", gate);
        Asked.areAnsweredRight(List.of(waiting.get(1), last));
    }

    @Test
    void whoseTimeIsOverWhenItComesIsToldThatAndNotToComeAgain() {
        rig.prove("m");
        Gate gate = rig.hold("m");
        Asked waiting = rig.submit("m", 1);
        assertThat(rig.submit("m", rig.request(1), Duration.ZERO).code()).isEqualTo(DEADLINE_EXCEEDED);
        Asked gone = rig.request(1);
        gone.cancel();
        assertThat(rig.submit("m", gone).code()).isEqualTo(CANCELLED);
        rig.let("m", gate);
        waiting.isAnsweredRight();
    }

    /** Whatever goes wrong when requests are taken: they are told, and those that come later run. */
    @Test
    void aFaultWhileRequestsAreTakenFailsThemAndNoOthers() {
        ask(QueuePolicy.DEFAULT);
        Gate gate = rig.hold("m");
        List<Asked> waiting = rig.submit("m", 1, 1);
        waiting.get(0).breakDown();
        rig.let("m", gate);
        waiting.forEach(asked -> assertThat(asked.error()).hasMessageContaining("told to"));
        rig.submit("m", 1).isAnsweredRight();
        rig.submit("m", 1).isAnsweredRight();
    }

    @Test
    void whatHasWaitedTooLongMakesRoomWhereItIsRejected() {
        ask(policy(1, QueuePolicy.OnTimeout.REJECT, false));
        Gate gate = rig.hold("m");
        Asked first = rig.submit("m", 1);
        rig.pass(MILLI);
        Asked second = rig.submit("m", 1);
        assertThat(first.error()).hasMessageEndingWith("its queue's timeout has passed");
        rig.let("m", gate);
        second.isAnsweredRight();
    }

    @Test
    void whatIsDelayedStillTakesUpRoom() {
        ask(policy(2, QueuePolicy.OnTimeout.DELAY, false));
        Gate gate = rig.hold("m");
        List<Asked> old = rig.submit("m", 1, 1);
        rig.pass(MILLI);
        gate.letOne();
        gate.awaitOne();
        Asked young = rig.submit("m", 1);
        assertThat(rig.submit("m", 1).code()).isEqualTo(RESOURCE_EXHAUSTED);
        rig.let("m", gate);
        Asked.areAnsweredRight(old);
        young.isAnsweredRight();
    }

    @Test
    void theMostUrgentRunFirstAndWithinALevelTheOldest() {
        ask(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT, QueuePolicy.DEFAULT);
        Gate gate = rig.hold("m");
        Asked last = rig.submit("m", 1);
        Asked second = rig.submit("m", rig.request(1), new Urgency(2, 0));
        Asked third = rig.submit("m", rig.request(1), new Urgency(2, 0));
        Asked first = rig.submit("m", rig.request(1), new Urgency(1, 0));
        Asked unknown = rig.submit("m", rig.request(1), new Urgency(9, 0));
        rig.let("m", gate);
        Asked.areAnsweredRight(List.of(first, second, third, last, unknown));
        assertThat(ranAfterTheFirst())
                .containsExactly(
                        first.rows[0][0], second.rows[0][0], third.rows[0][0], last.rows[0][0], unknown.rows[0][0]);
    }

    @Test
    void aBatchIsOfOneLevel() {
        Joining trusted = new Joining(Joining.Mode.TRUSTED, 8, MILLI, BatchSizes.ANY, true);
        rig.ask(new BatchingParameters(
                trusted, new Queueing(List.of(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT), 2), Duration.ZERO, 0));
        rig.submit("m", 1, 1);
        rig.submit("m", rig.request(1), new Urgency(1, 0));
        rig.pass(MILLI);
        rig.settle();
        assertThat(rig.requestsFrom(0)).containsExactly(1, 2);
        assertThat(rig.count("m", DispatchReason.PRIORITY)).isEqualTo(1);
        assertThat(rig.count("m", DispatchReason.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void whoWaitedTooLongIsRejected() {
        ask(policy(10, QueuePolicy.OnTimeout.REJECT, false));
        Gate gate = rig.hold("m");
        Asked late = rig.submit("m", 1);
        Asked stubborn = rig.submit("m", rig.request(1), new Urgency(0, 5_000_000));
        rig.pass(MILLI);
        Asked fresh = rig.submit("m", 1);
        rig.let("m", gate);
        fresh.isAnsweredRight();
        assertThat(late.error())
                .hasMessage("model 'm:1': the request waited 1 ms and was not run: its queue's timeout has passed");
        assertThat(stubborn.code()).isEqualTo(DEADLINE_EXCEEDED);
        assertThat(ranAfterTheFirst()).containsExactly(fresh.rows[0][0]);
    }

    @Test
    void orRunsAfterAllOthers() {
        ask(policy(10, QueuePolicy.OnTimeout.DELAY, true), policy(10, QueuePolicy.OnTimeout.DELAY, true));
        Gate gate = rig.hold("m");
        Asked late = rig.submit("m", rig.request(1), new Urgency(1, 0));
        // It may ask for less time than the policy gives, not for more.
        Asked patient = rig.submit("m", rig.request(1), new Urgency(1, 5_000_000));
        rig.pass(MILLI);
        Asked fresh = rig.submit("m", 1);
        rig.let("m", gate);
        Asked.areAnsweredRight(List.of(late, patient, fresh));
        assertThat(ranAfterTheFirst()).containsExactly(fresh.rows[0][0], late.rows[0][0], patient.rows[0][0]);
    }

    @Test
    void whatWaitsIsRunUnderWhatIsAskedNow() {
        ask(QueuePolicy.DEFAULT, QueuePolicy.DEFAULT, policy(10, QueuePolicy.OnTimeout.REJECT, true));
        Gate gate = rig.hold("m");
        Asked asked = rig.submit("m", 1);
        ask(policy(10, QueuePolicy.OnTimeout.DELAY, true));
        rig.pass(MILLI);
        rig.let("m", gate);
        asked.isAnsweredRight();
    }

    @Test
    void whatWaitsWhenThePoolClosesFails() throws Exception {
        Rig other = new Rig();
        other.serve("m");
        other.pool.close();
        assertThat(other.submit("m", 1).error()).hasMessage("the server is shutting down");
        other.close();
    }
}

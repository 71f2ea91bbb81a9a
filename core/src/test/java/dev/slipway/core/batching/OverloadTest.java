package dev.slipway.core.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model whose limit follows from what is measured, under more than it can do. */
class OverloadTest {
    private static final int CROWD = 200;

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.serve("m").costing(rows -> 10_000_000L);
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private void ask(boolean isAdaptive) {
        rig.ask(new BatchingParameters(Joining.OFF, Queueing.DEFAULT, Duration.ZERO, 0, isAdaptive));
    }

    private List<Asked> crowd(Tenant tenant) {
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            all.add(rig.submit("m", rig.request(1), Urgency.DEFAULT.of(tenant)));
        }
        return all;
    }

    /** The first crowd is let in, since nothing is known; of the second only as many as are answered soon. */
    private List<Asked> twoCrowds() {
        Gate first = rig.hold("m");
        List<Asked> before = crowd(Tenant.SHARED);
        rig.let("m", first);
        Asked.areAnsweredRight(before);
        rig.settle();
        rig.hold("m");
        return crowd(Tenant.SHARED);
    }

    @Test
    void moreThanIsAnsweredSoonIsRefusedAtOnce() {
        ask(true);
        List<Asked> crowd = twoCrowds();
        List<Asked> refused = crowd.stream().filter(Asked::isDone).toList();
        assertThat(refused).hasSizeBetween(CROWD - 30, CROWD - 4);
        SlipwayException error = refused.get(0).error();
        assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(error).hasMessageMatching("model 'm': overloaded \\(\\d+ rows are here, adaptive limit: \\d+\\)");
        assertThat(error.retryAfter()).isPositive();
        ask(false);
        assertThat(rig.submit("m", 1).isDone()).isFalse();
    }

    @Test
    void nobodyIsWhereItIsNotAskedFor() {
        ask(false);
        assertThat(twoCrowds()).noneMatch(Asked::isDone);
    }

    /** By requests the quiet one would soon have more than who has few, but large ones. */
    @Test
    void ofALimitOfRowsTheSharesAreOfRows() {
        ask(true);
        Tenant large = new Tenant("large", 1);
        Gate first = rig.hold("m");
        List<Asked> before = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            before.add(rig.submit("m", rig.request(100), Urgency.DEFAULT.of(large)));
        }
        rig.let("m", first);
        Asked.areAnsweredRight(before);
        rig.settle();
        Gate second = rig.hold("m");
        List<Asked> inside = new ArrayList<>();
        Asked next = rig.submit("m", rig.request(100), Urgency.DEFAULT.of(large));
        while (!next.isDone()) {
            inside.add(next);
            next = rig.submit("m", rig.request(100), Urgency.DEFAULT.of(large));
        }
        assertThat(next.error()).hasMessageContaining("adaptive limit");
        assertThat(inside).hasSizeLessThan(30);
        List<Asked> quiet = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            quiet.add(rig.submit("m", rig.request(1), Urgency.DEFAULT.of(new Tenant("quiet", 1))));
        }
        rig.let("m", second);
        Asked.areAnsweredRight(quiet);
        inside.get(0).isAnsweredRight();
    }

    @Test
    void whoIsBelowItsShareTakesTheNewestPlaceOfWhoIsAbove() {
        ask(true);
        List<Asked> crowd = twoCrowds();
        List<Asked> inside = crowd.stream().filter(asked -> !asked.isDone()).toList();
        Asked quiet = rig.submit("m", rig.request(1), Urgency.DEFAULT.of(new Tenant("quiet", 1)));
        assertThat(quiet.isDone()).isFalse();
        assertThat(inside.get(inside.size() - 1).error()).hasMessageContaining("it had to make room for who asks less");
        assertThat(inside.get(inside.size() - 2).isDone()).isFalse();
    }
}

package dev.slipway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.access.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final Repeats repeats = new Repeats();

    private long admitted(AuditEvent event, int times, Instant at) {
        return IntStream.range(0, times).filter(i -> repeats.admits(event, at)).count();
    }

    @Test
    void theFirstRefusalsOfAMinuteAreWrittenAndTheOthersCounted() {
        assertThat(admitted(AuditLogs.denied(), 100, NOW)).isEqualTo(5);
        assertThat(repeats.due(NOW.plusSeconds(59))).isEmpty();
        assertThat(repeats.due(NOW.plusSeconds(60)))
                .containsExactly(new Repeats.Unwritten(AuditLogs.denied(), true, 95));
        assertThat(repeats.isEmpty()).isTrue();
        assertThat(admitted(AuditLogs.denied(), 100, NOW.plusSeconds(60))).isEqualTo(5);
    }

    @Test
    void fewAreWrittenAndNotCountedToo() {
        assertThat(admitted(AuditLogs.denied(), 5, NOW)).isEqualTo(5);
        assertThat(repeats.all(NOW)).isEmpty();
        assertThat(repeats.isEmpty()).isTrue();
    }

    @Test
    void whatIsLetThroughIsNeverCountedInstead() {
        assertThat(admitted(AuditLogs.deploy(), 100, NOW)).isEqualTo(100);
        assertThat(repeats.isEmpty()).isTrue();
    }

    @Test
    void othersAreNotCountedWithThem() {
        admitted(AuditLogs.denied(), 100, NOW);
        assertThat(repeats.admits(AuditLogs.event("key:bob", Action.DEPLOY, AuditOutcome.DENIED), NOW))
                .isTrue();
    }

    @Test
    void inventedNamesShareALineBeyondAHundredKinds() {
        long written = 0;
        for (int i = 0; i < 10_000; i++) {
            written += admitted(AuditLogs.event("key:" + i, Action.DEPLOY, AuditOutcome.DENIED), 1, NOW);
        }
        assertThat(written).isEqualTo(105);
        assertThat(repeats.all(NOW)).singleElement().satisfies(some -> {
            assertThat(some.count()).isEqualTo(10_000 - 105);
            assertThat(some.areAlike()).isFalse();
        });
    }

    @Test
    void theNoiseOfThoseWhoAreNotKnownHidesNobodyElse() {
        for (int i = 0; i < 10_000; i++) {
            admitted(invented(i), 1, NOW);
        }
        assertThat(admitted(AuditLogs.denied(), 100, NOW)).isEqualTo(5);
        assertThat(repeats.all(NOW)).contains(new Repeats.Unwritten(AuditLogs.denied(), true, 95));
    }

    @Test
    void aDaysRefusalsAreBoundedAndEachMinuteStillTellsOfSome() {
        long written = 0;
        for (int minute = 0; minute < 60; minute++) {
            Instant now = NOW.plus(Duration.ofMinutes(minute));
            for (int i = 0; i < 200; i++) {
                written += admitted(invented(i), 5, now);
            }
            assertThat(repeats.all(now)).isNotEmpty();
        }
        // Past the 5,000, which the tenth minute reaches, five in each.
        assertThat(written).isEqualTo(5_000 + 5 + 50 * 5);
        assertThat(admitted(AuditLogs.denied(), 1, NOW)).isEqualTo(1);
        assertThat(admitted(invented(0), 5, NOW.plus(Duration.ofDays(1)))).isEqualTo(5);
        assertThat(admitted(invented(1), 5, NOW.plus(Duration.ofDays(1)))).isEqualTo(5);
    }

    /** Of one who is not known. */
    private static AuditEvent invented(int number) {
        AuditEvent like = AuditLogs.event("anonymous", Action.READ, AuditOutcome.UNAUTHENTICATED);
        AuditOrigin origin = new AuditOrigin("GET", "/v2/models/" + number, "10.0.0.9", "");
        return new AuditEvent(like.time(), like.principal(), like.subject(), origin, like.outcome(), "");
    }

    @Test
    void aClockThatIsSetBackHoldsNothingOpen() {
        admitted(AuditLogs.denied(), 100, NOW);
        assertThat(repeats.due(NOW.minus(Duration.ofHours(1)))).hasSize(1);
    }
}

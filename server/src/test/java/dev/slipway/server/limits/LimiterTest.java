package dev.slipway.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Pattern;
import dev.slipway.access.Principal;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.batching.Tenant;
import dev.slipway.server.limits.Admission.Ticket;
import dev.slipway.server.limits.Sharing.Allowance;
import dev.slipway.server.limits.Sharing.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private static final long MILLI = 1_000_000;
    private static final Principal BATCH = principal("key:batch-1");
    private static final Principal WEB = principal("key:web");

    private final AtomicLong now = new AtomicLong();
    private final AtomicReference<Sharing> sharing = new AtomicReference<>(Sharing.NONE);
    private final Limiter limiter = new Limiter(sharing::get, now::get, 1000);

    private static Principal principal(String name) {
        return new Principal(name, Set.of("night"), Set.of());
    }

    private static Limits requests(long count) {
        return new Limits(new Rate(count, Rate.Unit.SECOND), null, null, 0, Duration.ZERO);
    }

    private static Limits rows(long count) {
        return new Limits(null, new Rate(count, Rate.Unit.SECOND), null, 0, Duration.ofSeconds(1));
    }

    private static Limits bytes(long count) {
        return new Limits(null, null, new Rate(count, Rate.Unit.SECOND), 0, Duration.ofSeconds(1));
    }

    private static Limits concurrent(int count) {
        return new Limits(null, null, null, count, null);
    }

    private static Allowance allowance(String who, String models, Limits limits) {
        return new Allowance(new Who(List.of(who)), new Pattern(models), limits);
    }

    private void say(Allowance... allowances) {
        Share batch = new Share(new Tenant("batch", 3), new Who(List.of("key:batch-*", "role:nightly")));
        AccessRules rules = new AccessRules(
                Map.of("nightly", List.of()), Map.of("group:late", Set.of("nightly"), "key:web", Set.of("caller")));
        sharing.set(new Sharing(List.of(batch), List.of(allowances), rules));
    }

    private SlipwayException refused(Principal who, String model) {
        return refused(who, model, 1);
    }

    private SlipwayException refused(Principal who, String model, long bytes) {
        SlipwayException refusal = catchThrowableOfType(SlipwayException.class, () -> limiter.admit(who, model, bytes));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        return refusal;
    }

    private int inFlight(String tenant, String models) {
        return limiter.meters().inFlight(new Meters.Key(tenant, models));
    }

    @Test
    void withoutLimitsEverybodyComesInAndHasATenant() {
        assertThat(limiter.admit(Principal.ANONYMOUS, "fraud", 1)).isSameAs(Ticket.FREE);
        assertThat(limiter.admit(WEB, "fraud", 1).tenant()).isEqualTo(new Tenant("key:web", 1));
        assertThat(limiter.admit(WEB, "fraud", 1)).isSameAs(limiter.admit(WEB, "other", 1));
        say();
        assertThat(limiter.admit(BATCH, "fraud", 1).tenant()).isEqualTo(new Tenant("batch", 3));
        assertThat(limiter.admit(new Principal("token:a", Set.of("late"), Set.of()), "fraud", 1)
                        .tenant())
                .isEqualTo(new Tenant("batch", 3));
        assertThat(limiter.admit(Principal.ANONYMOUS, "fraud", 1).tenant()).isEqualTo(Tenant.SHARED);
    }

    @Test
    void membersOfATenantHaveItsLimitTogetherAndOthersEachTheirOwn() {
        say(allowance("*", "fraud-*", requests(50)));
        limiter.admit(BATCH, "fraud-a", 1).close();
        SlipwayException refusal = refused(principal("key:batch-2"), "fraud-b");
        assertThat(refusal)
                .hasMessage("tenant 'batch' may ask of models 'fraud-*' 50 requests a second (retry in 20 ms)");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(20));
        limiter.admit(WEB, "fraud-a", 1).close();
        assertThat(refused(WEB, "fraud-a")).hasMessageStartingWith("key:web may ask of models 'fraud-*' 50 requests");
        limiter.admit(Principal.ANONYMOUS, "fraud-a", 1).close();
        assertThat(refused(Principal.ANONYMOUS, "fraud-a")).hasMessageStartingWith("those who show nothing may ask");
        limiter.admit(WEB, "other", 1).close();

        now.addAndGet(20 * MILLI);
        limiter.admit(BATCH, "fraud-a", 1).close();
    }

    @Test
    void ofLinesForTheSameModelsTheFirstThatFitsCountsAndLinesForOthersCountBesides() {
        say(
                allowance("key:web", "*", requests(1000)),
                allowance("tenant:batch", "fraud", concurrent(1)),
                allowance("group:night", "*", requests(10)),
                allowance("*", "*", requests(1)));
        limiter.admit(WEB, "fraud", 1).close();
        assertThat(refused(WEB, "fraud")).hasMessage("key:web may ask 1000 requests a second (retry in 1 ms)");
        limiter.admit(new Principal("token:x", Set.of(), Set.of()), "fraud", 1);
        assertThat(refused(new Principal("token:x", Set.of(), Set.of()), "fraud"))
                .hasMessage("token:x may ask 1 request a second (retry in 1 s)");
        Ticket first = limiter.admit(BATCH, "fraud", 1);
        assertThat(refused(BATCH, "other")).hasMessageContaining("10 requests a second");
        now.addAndGet(100 * MILLI);
        assertThat(refused(BATCH, "fraud")).hasMessage("tenant 'batch' may ask of model 'fraud' 1 request at a time");
        first.close();
        limiter.admit(BATCH, "fraud", 1).close();
    }

    @Test
    void aModelsLimitCountsOverAllWhoAsk() {
        limiter.configure("fraud", requests(100));
        limiter.admit(WEB, "fraud", 1).close();
        SlipwayException refusal = refused(BATCH, "fraud");
        assertThat(refusal).hasMessage("model 'fraud' takes 100 requests a second (retry in 10 ms)");
        limiter.admit(BATCH, "other", 1).close();
        limiter.configure("fraud", Limits.NONE);
        limiter.admit(BATCH, "fraud", 1).close();
        assertThat(limiter.admit(Principal.ANONYMOUS, "fraud", 1)).isSameAs(Ticket.FREE);
    }

    @Test
    void whatALaterLimitRefusesTakesNothingOfTheFormer() {
        say(allowance(
                "*",
                "*",
                new Limits(
                        new Rate(2, Rate.Unit.SECOND),
                        null,
                        new Rate(100, Rate.Unit.SECOND),
                        3,
                        Duration.ofSeconds(1))));
        limiter.configure("full", concurrent(1));
        Ticket first = limiter.admit(WEB, "full", 10);
        for (int i = 0; i < 20; i++) {
            assertThat(refused(WEB, "full", 10)).hasMessage("model 'full' takes 1 request at a time");
        }
        assertThat(inFlight("key:web", "*")).isEqualTo(1);
        // One request and ninety bytes are left.
        limiter.admit(WEB, "free", 90).close();
        assertThat(refused(WEB, "free", 1)).hasMessageContaining("2 requests a second");
        first.close();
        assertThat(inFlight("key:web", "*")).isZero();
        assertThat(inFlight(null, "full")).isZero();
    }

    @Test
    void rowsCountOnceTheyAreKnownAndARefusalGivesAllBack() {
        Limits both = new Limits(
                new Rate(5, Rate.Unit.SECOND), new Rate(100, Rate.Unit.SECOND), null, 2, Duration.ofSeconds(1));
        say(allowance("*", "*", both));
        limiter.configure("fraud", rows(50));
        Ticket first = limiter.admit(WEB, "fraud", 1);
        first.rows(40);
        first.rows(40);
        for (int i = 0; i < 20; i++) {
            Ticket ticket = limiter.admit(WEB, "fraud", 1);
            SlipwayException refusal = catchThrowableOfType(SlipwayException.class, () -> ticket.rows(30));
            assertThat(refusal).hasMessage("model 'fraud' takes 50 rows a second (retry in 400 ms)");
            assertThat(inFlight("key:web", "*")).isEqualTo(1);
            ticket.close();
            assertThat(inFlight("key:web", "*")).isEqualTo(1);
        }
        Ticket other = limiter.admit(WEB, "other", 1);
        other.rows(60);
        other.close();
        first.close();
        Ticket last = limiter.admit(WEB, "other", 1);
        assertThat(catchThrowableOfType(SlipwayException.class, () -> last.rows(1)))
                .hasMessage("key:web may ask 100 rows a second (retry in 10 ms)");
        assertThat(inFlight("key:web", "*")).isZero();
    }

    @Test
    void bytesCount() {
        limiter.configure("fraud", bytes(1 << 20));
        limiter.admit(WEB, "fraud", 1 << 20).close();
        assertThat(refused(BATCH, "fraud", 1 << 19))
                .hasMessage("model 'fraud' takes 1.0 MiB a second (retry in 500 ms)");
    }

    @Test
    void otherLimitsCountForWhatIsInFlight() {
        say(allowance("*", "*", concurrent(3)));
        Ticket one = limiter.admit(WEB, "fraud", 1);
        Ticket two = limiter.admit(WEB, "fraud", 1);
        say(allowance("*", "*", concurrent(2)));
        assertThat(refused(WEB, "fraud")).hasMessageContaining("2 requests at a time");
        one.close();
        limiter.admit(WEB, "fraud", 1).close();
        say();
        limiter.admit(WEB, "fraud", 1).close();
        two.close();
        say(allowance("*", "*", concurrent(1)));
        Ticket only = limiter.admit(WEB, "fraud", 1);
        refused(WEB, "fraud");
        only.close();
        only.close();
        assertThat(inFlight("key:web", "*")).isZero();
    }

    @Test
    void aHigherRateCountsAtOnce() {
        limiter.configure("fraud", new Limits(new Rate(1, Rate.Unit.HOUR), null, null, 0, Duration.ZERO));
        limiter.admit(WEB, "fraud", 1).close();
        assertThat(refused(WEB, "fraud").retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(refused(WEB, "fraud")).hasMessageContaining("1 request an hour (retry in 3600 s)");
        limiter.configure("fraud", new Limits(new Rate(100, Rate.Unit.HOUR), null, null, 0, Duration.ofHours(1)));
        // What was taken stays taken, at the price that it had.
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        limiter.admit(WEB, "fraud", 1).close();
    }

    @Test
    void callersWithoutEndTakeBoundedMemoryAndNothingInFlightIsForgotten() {
        say(allowance("*", "*", new Limits(new Rate(1, Rate.Unit.HOUR), null, null, 1, Duration.ZERO)));
        Ticket kept = limiter.admit(WEB, "fraud", 1);
        for (int i = 0; i < 50_000; i++) {
            limiter.admit(new Principal("token:" + i, Set.of(), Set.of()), "fraud", 1)
                    .close();
            assertThat(limiter.meters().size()).isLessThanOrEqualTo(1001);
        }
        assertThat(inFlight("key:web", "*")).isEqualTo(1);
        assertThat(refused(WEB, "fraud")).hasMessageContaining("1 request at a time");
        kept.close();
        assertThat(inFlight("key:web", "*")).isZero();
    }

    @Test
    void aModelsOwnLimitIsNotForgottenForTheManyWhoAskOthers() {
        say(allowance("*", "*", new Limits(new Rate(1, Rate.Unit.HOUR), null, null, 0, Duration.ZERO)));
        limiter.configure("fraud", new Limits(new Rate(2, Rate.Unit.HOUR), null, null, 0, null));
        limiter.admit(WEB, "fraud", 1).close();
        limiter.admit(BATCH, "fraud", 1).close();
        for (int i = 0; i < 5_000; i++) {
            limiter.admit(new Principal("token:" + i, Set.of(), Set.of()), "other", 1)
                    .close();
        }
        assertThat(refused(principal("key:new"), "fraud")).hasMessageStartingWith("model 'fraud' takes 2 requests");
    }

    @Test
    void whereNobodyCanTellWhenToComeAgainASecondIsSaid() {
        limiter.configure("fraud", concurrent(1));
        Ticket held = limiter.admit(WEB, "fraud", 1);
        assertThat(refused(WEB, "fraud").retryAfter()).isEqualTo(Duration.ofSeconds(1));
        held.close();
    }

    @Test
    void refusalsAreCountedByModelAndLimit() {
        limiter.configure("fraud", concurrent(1));
        Ticket held = limiter.admit(WEB, "fraud", 1);
        refused(WEB, "fraud");
        refused(BATCH, "fraud");
        held.close();
        assertThat(limiter.refusals().counts()).hasSize(1);
        assertThat(limiter.refusals()
                        .counts()
                        .get(new Refusals.Of("fraud", Kind.CONCURRENT))
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void nothingLeaksWhateverManyThreadsDo() throws InterruptedException {
        Limits tight =
                new Limits(new Rate(1_000_000, Rate.Unit.SECOND), new Rate(1_000_000, Rate.Unit.SECOND), null, 5, null);
        Limits other = new Limits(null, new Rate(10_000, Rate.Unit.HOUR), null, 4, null);
        say(allowance("*", "*", tight), allowance("tenant:batch", "fraud-*", concurrent(2)));
        limiter.configure("fraud-a", other);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Throwable> wrong = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Random random = new Random(i);
            threads.add(new Thread(() -> {
                try {
                    for (int n = 0; n < 20_000; n++) {
                        askSomehow(random, running, most);
                        if (n % 500 == 0) {
                            say(allowance("*", "*", tight), allowance("tenant:batch", "fraud-*", concurrent(2)));
                            limiter.configure("fraud-b", random.nextBoolean() ? Limits.NONE : other);
                        }
                    }
                } catch (Throwable e) {
                    synchronized (wrong) {
                        wrong.add(e);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(most.get()).isBetween(1, 2);
        assertThat(inFlight("batch", "*")).isZero();
        assertThat(inFlight("batch", "fraud-*")).isZero();
        assertThat(inFlight("key:web", "*")).isZero();
        assertThat(inFlight(null, "fraud-a")).isZero();
        assertThat(inFlight(null, "fraud-b")).isZero();
        limiter.configure("fraud-a", Limits.NONE);
        assertThatCode(() -> {
                    limiter.admit(BATCH, "fraud-a", 1);
                    limiter.admit(BATCH, "fraud-a", 1);
                })
                .doesNotThrowAnyException();
    }

    private void askSomehow(Random random, AtomicInteger running, AtomicInteger most) {
        Principal who =
                random.nextBoolean() ? BATCH : random.nextBoolean() ? WEB : principal("token:" + random.nextInt(3000));
        boolean isCounted = who == BATCH;
        try (Ticket ticket = limiter.admit(who, random.nextBoolean() ? "fraud-a" : "fraud-b", random.nextInt(100))) {
            if (isCounted) {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
            }
            if (random.nextBoolean()) {
                Thread.yield();
            }
            if (isCounted) {
                running.decrementAndGet();
            }
            ticket.rows(random.nextInt(50));
            if (random.nextInt(3) == 0) {
                ticket.close();
            }
        } catch (SlipwayException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        }
    }
}

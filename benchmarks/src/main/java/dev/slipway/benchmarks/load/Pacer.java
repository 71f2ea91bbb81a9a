package dev.slipway.benchmarks.load;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets go each request when it is due. Falls behind only while its thread doesn't run; then it lets all go that are due,
 * and each keeps the time when it should have gone: what a slow machine hides, the latencies show.
 */
public final class Pacer {
    private final LongSupplier clock;
    private final LongConsumer sleeper;

    /**
     * @param clock tells nanoseconds
     * @param sleeper waits for about so many nanoseconds
     */
    public Pacer(LongSupplier clock, LongConsumer sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Gives {@code send} the due time of every request that is due before {@code endNanos}; returns after the last. */
    public void run(ConstantRate schedule, long endNanos, LongConsumer send) {
        long next = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long now = clock.getAsLong();
            for (long due = schedule.dueBy(now); next < due && schedule.dueNanos(next) - endNanos < 0; next++) {
                send.accept(schedule.dueNanos(next));
            }
            if (schedule.dueNanos(next) - endNanos >= 0) {
                return;
            }
            sleeper.accept(Math.max(1, schedule.dueNanos(next) - clock.getAsLong()));
        }
    }
}

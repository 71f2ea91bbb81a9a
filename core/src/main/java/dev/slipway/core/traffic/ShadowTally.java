package dev.slipway.core.traffic;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts what came of the copies for one model's shadow, and writes the first differences to the log. Any thread. */
final class ShadowTally {
    private static final System.Logger LOG = System.getLogger(ShadowTally.class.getName());
    private static final long LOGGED_MAX = 5;

    private final String model;
    private final long version;
    private final LongAdder same = new LongAdder();
    private final AtomicLong different = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final LongAdder skipped = new LongAdder();
    private final DoubleAccumulator largest = new DoubleAccumulator(Math::max, 0);

    ShadowTally(String model, long version) {
        this.model = model;
        this.version = version;
    }

    String model() {
        return model;
    }

    long version() {
        return version;
    }

    void skip() {
        skipped.increment();
    }

    void fail(Throwable reason) {
        long count = failed.incrementAndGet();
        if (isLogged(count)) {
            LOG.log(Level.WARNING, "shadow {0}:{1} failed ({2} so far): {3}", model, version, count, reason);
        }
    }

    /** @param first the version that answered */
    void compared(long first, OutputComparison outputs) {
        largest.accumulate(outputs.largestDifference());
        String difference = outputs.firstDifference();
        if (difference == null) {
            same.increment();
            return;
        }
        long count = different.incrementAndGet();
        if (isLogged(count)) {
            LOG.log(
                    Level.INFO,
                    "shadow {0}:{1} differs from version {2} ({3} so far): {4}",
                    model,
                    Long.toString(version),
                    Long.toString(first),
                    count,
                    difference);
        }
    }

    /** The first few, then each tenth power of two: a shadow that always differs must not fill the log. */
    private static boolean isLogged(long count) {
        return count <= LOGGED_MAX || (Long.bitCount(count) == 1 && Long.numberOfTrailingZeros(count) % 10 == 0);
    }

    ShadowState state() {
        return new ShadowState(version, same.sum(), different.get(), failed.get(), skipped.sum(), largest.get());
    }
}

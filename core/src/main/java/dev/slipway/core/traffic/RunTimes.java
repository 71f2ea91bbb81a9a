package dev.slipway.core.traffic;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long the recent runs of a version took: counts in steps of a sixteenth, halved whenever there are {@value #TOTAL_MAX}
 * of them, so that what is old fades. Any thread records, without a lock; who reads sees a moment's counts, to within the few
 * that are just being recorded.
 */
final class RunTimes {
    private static final int TOTAL_MAX = 1 << 14;
    private static final int STEPS = 16;

    /** A microsecond; what is shorter is not told apart. */
    private static final int LOWEST_BIT = 10;

    /** Over a minute; what is longer is not told apart. */
    private static final int HIGHEST_BIT = 36;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(1 + (HIGHEST_BIT - LOWEST_BIT + 1) * STEPS);
    private final AtomicInteger total = new AtomicInteger();

    /** @param nanos above 0 */
    void record(long nanos) {
        counts.incrementAndGet(index(nanos));
        if (total.incrementAndGet() == TOTAL_MAX) {
            halve();
        }
    }

    int total() {
        return total.get();
    }

    private void halve() {
        int gone = 0;
        for (int i = 0; i < counts.length(); i++) {
            int half = counts.get(i) / 2;
            counts.addAndGet(i, -half);
            gone += half;
        }
        total.addAndGet(-gone);
    }

    private static int index(long nanos) {
        int bit = 63 - Long.numberOfLeadingZeros(nanos | 1);
        if (bit < LOWEST_BIT) {
            return 0;
        }
        if (bit > HIGHEST_BIT) {
            return (HIGHEST_BIT - LOWEST_BIT + 1) * STEPS;
        }
        return 1 + (bit - LOWEST_BIT) * STEPS + (int) (nanos >>> (bit - 4)) % STEPS;
    }

    /** The shortest time that counts at {@code index}, in nanoseconds. */
    private static long from(int index) {
        if (index == 0) {
            return 0;
        }
        int bit = LOWEST_BIT + (index - 1) / STEPS;
        return (long) (STEPS + (index - 1) % STEPS) << (bit - 4);
    }

    /** How many took {@code nanos} or longer, counting only what surely did. */
    int countFrom(double nanos) {
        int count = 0;
        for (int i = counts.length() - 1; i >= 0 && from(i) >= nanos; i--) {
            count += counts.get(i);
        }
        return count;
    }

    /** The time that 99 of 100 recorded runs stayed within, in nanoseconds, at most a sixteenth too much; 0 for no runs. */
    static long p99Nanos(List<RunTimes> versions) {
        long all = 0;
        for (RunTimes times : versions) {
            all += times.total();
        }
        long above = 0;
        int last = versions.isEmpty() ? -1 : versions.get(0).counts.length() - 1;
        for (int i = last; i >= 0; i--) {
            for (RunTimes times : versions) {
                above += times.counts.get(i);
            }
            if (above * 100 > all) {
                return i == last ? from(i) : from(i + 1);
            }
        }
        return 0;
    }
}

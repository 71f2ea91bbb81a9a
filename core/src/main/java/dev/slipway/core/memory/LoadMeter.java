package dev.slipway.core.memory;

import java.lang.System.Logger.Level;

/**
 * Measures by how much a load makes the process grow. That can be told only of a load with no other load or unload beside
 * it, and is worth telling only of models that are large enough to stand out. Thread-safe.
 */
public final class LoadMeter {
    private static final System.Logger LOG = System.getLogger(LoadMeter.class.getName());

    /** Loads that are expected to take less are not measured: two readings would cost more than the load. */
    public static final long EXPECTED_BYTES_MIN = 4L << 20;

    /** Nor are those that are expected to take less than this share of all that models have, whose pages are walked. */
    private static final int SHARE = 32;

    /** Growth below it may be the JVM's own: compiler, class data, buffers of requests. */
    private static final long NOISE_BYTES = 2L << 20;

    private final MemoryMeter meter;

    /** Spans that are open; guarded by this. */
    private int open;

    /** Spans that were begun so far; guarded by this. */
    private long begun;

    public LoadMeter(MemoryMeter meter) {
        this.meter = meter;
    }

    /**
     * Begins to measure a load; {@link Span#end} must be called on whatever comes of it.
     *
     * @param expectedBytes of the model
     * @param reservedBytes of all models
     */
    public Span begin(long expectedBytes, long reservedBytes) {
        boolean isWorthIt = expectedBytes >= Math.max(EXPECTED_BYTES_MIN, reservedBytes / SHARE);
        return new Span(isWorthIt);
    }

    /** Tells of an unload, beside which no load can be measured; lasts until {@link Span#end}. */
    public Span disturb() {
        return new Span(false);
    }

    private MemoryMeter.Reading read() {
        try {
            return meter.read();
        } catch (RuntimeException | Error e) {
            return unknown(e);
        }
    }

    private static long bytes(MemoryMeter.Reading reading) {
        try {
            return reading.bytes();
        } catch (RuntimeException | Error e) {
            return unknown(e).bytes();
        }
    }

    /** A load must not fail, nor its memory stay set aside, because it could not be measured. */
    private static MemoryMeter.Reading unknown(Throwable reason) {
        LOG.log(Level.DEBUG, "memory can't be measured", reason);
        return () -> 0;
    }

    /** From before a load until after its warm-up. */
    public final class Span {
        private final long number;
        private final boolean isAlone;
        private final MemoryMeter.Reading before;
        private boolean ended;

        private Span(boolean isMeasured) {
            synchronized (LoadMeter.this) {
                number = ++begun;
                isAlone = open++ == 0;
            }
            before = isMeasured && isAlone ? read() : () -> 0;
        }

        /**
         * Ends it; once it has ended, it tells nothing.
         *
         * @return by how many bytes the process grew; 0 when that is not known
         */
        public long end() {
            if (ended) {
                return 0;
            }
            ended = true;
            try {
                return isUndisturbed() ? growth() : 0;
            } finally {
                synchronized (LoadMeter.this) {
                    open--;
                }
            }
        }

        private long growth() {
            long from = bytes(before);
            long to = from == 0 ? 0 : bytes(read());
            // A neighbour that began while the pages were being walked may be in the sum.
            return to - from >= NOISE_BYTES && isUndisturbed() ? to - from : 0;
        }

        private boolean isUndisturbed() {
            synchronized (LoadMeter.this) {
                return isAlone && begun == number;
            }
        }
    }
}

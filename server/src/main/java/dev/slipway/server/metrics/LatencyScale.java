package dev.slipway.server.metrics;

import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which cell of a {@link LatencyHistogram} a time belongs to. Cells are cut at every bound that is shown later: those of a native
 * histogram (eight for each doubling, so that a quantile is at most 4.4 % off), those of a classic one in seconds, and those that
 * TensorFlow Serving has in microseconds. So one count serves all three, exactly.
 *
 * @see <a href="https://prometheus.io/docs/specs/native_histograms/">Prometheus: native histograms</a>
 */
final class LatencyScale {
    /** Of native histograms: bounds are {@code 2^(i/8)} seconds. */
    static final int SCHEMA = 3;

    /** Classic bounds, in seconds. */
    private static final double[] SECONDS = {
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private static final double NANOS_IN_SECOND = 1e9;
    private static final int PARTS = 1 << SCHEMA;

    /** 60 ns and less are nothing. */
    private static final int NATIVE_MIN = -24 * PARTS;

    /** More than 68 minutes is 68 minutes. */
    private static final int NATIVE_MAX = 12 * PARTS;

    private static final long[] NATIVE_NANOS = nativeNanos();
    private static final long[] CLASSIC_NANOS = nanos(SECONDS, NANOS_IN_SECOND);

    /** TensorFlow Serving's bounds in microseconds: from 10, each 1.8 times the one before. */
    private static final double[] PEER_MICROS = peerMicros();

    private static final long[] PEER_NANOS = nanos(PEER_MICROS, 1e3);

    /** The most that belongs to each cell, in nanoseconds, rising. */
    private static final long[] CELL_NANOS = cellNanos();

    /** By how many bits a time has and the three that follow the first: the cell of the smallest such time. */
    private static final int[] FIRST_CELL = firstCells();

    private static final int[] NATIVE_OF = buckets(NATIVE_NANOS);
    private static final int[] CLASSIC_OF = buckets(CLASSIC_NANOS);
    private static final int[] PEER_OF = buckets(PEER_NANOS);

    /** How many cells there are. */
    static final int CELLS = CELL_NANOS.length;

    /** What was 0, as far as a native histogram can tell, in seconds. */
    static final double ZERO_SECONDS = nativeBound(NATIVE_MIN);

    private LatencyScale() {}

    /** @param nanos at least 0 */
    static int cellOf(long nanos) {
        if (nanos <= CELL_NANOS[0]) {
            return 0;
        }
        if (nanos >= CELL_NANOS[CELLS - 1]) {
            return CELLS - 1;
        }
        int cell = FIRST_CELL[key(nanos)];
        while (nanos > CELL_NANOS[cell]) {
            cell++;
        }
        return cell;
    }

    private static int key(long nanos) {
        int bits = 63 - Long.numberOfLeadingZeros(nanos);
        return bits * PARTS + (int) ((nanos >>> (bits - SCHEMA)) & (PARTS - 1));
    }

    /** Which bucket of a native histogram a cell belongs to; {@link Integer#MIN_VALUE} for the one of zero. */
    static int nativeIndex(int cell) {
        return NATIVE_OF[cell] == 0 ? Integer.MIN_VALUE : NATIVE_MIN + NATIVE_OF[cell];
    }

    /** Which of the {@linkplain #classicSeconds() classic bounds} a cell is under; their number for none. */
    static int classicBucket(int cell) {
        return CLASSIC_OF[cell];
    }

    /** Which of the {@linkplain #peerBounds() bounds of TensorFlow Serving} a cell is under; their number for none. */
    static int peerBucket(int cell) {
        return PEER_OF[cell];
    }

    /** Rising, in seconds, without infinity. */
    static double[] classicSeconds() {
        return SECONDS.clone();
    }

    /** Rising, in microseconds, without infinity. */
    static double[] peerBounds() {
        return PEER_MICROS.clone();
    }

    private static int bucket(long[] bounds, long nanos) {
        int at = Arrays.binarySearch(bounds, nanos);
        return at >= 0 ? at : -1 - at;
    }

    /** The bucket of each cell. */
    private static int[] buckets(long[] bounds) {
        return Arrays.stream(CELL_NANOS)
                .mapToInt(nanos -> bucket(bounds, nanos))
                .toArray();
    }

    private static double nativeBound(int index) {
        return Math.pow(2, (double) index / PARTS);
    }

    private static long[] nativeNanos() {
        long[] bounds = new long[NATIVE_MAX - NATIVE_MIN + 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = (long) (nativeBound(NATIVE_MIN + i) * NANOS_IN_SECOND);
        }
        return bounds;
    }

    private static double[] peerMicros() {
        double[] bounds = new double[33];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = 10 * Math.pow(1.8, i);
        }
        return bounds;
    }

    /** Times are whole nanoseconds: one is below a bound when it is not above the bound's whole part. */
    private static long[] nanos(double[] bounds, double scale) {
        return Arrays.stream(bounds)
                .mapToLong(bound -> (long) (bound * scale + 1e-3))
                .toArray();
    }

    private static long[] cellNanos() {
        NavigableSet<Long> all = new TreeSet<>();
        for (long[] bounds : new long[][] {NATIVE_NANOS, CLASSIC_NANOS, PEER_NANOS}) {
            Arrays.stream(bounds).forEach(all::add);
        }
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    private static int[] firstCells() {
        int[] first = new int[Long.SIZE * PARTS];
        for (int bits = SCHEMA; bits < 63; bits++) {
            for (int part = 0; part < PARTS; part++) {
                long smallest = (long) (PARTS + part) << (bits - SCHEMA);
                first[bits * PARTS + part] = bucket(CELL_NANOS, smallest);
            }
        }
        return first;
    }
}

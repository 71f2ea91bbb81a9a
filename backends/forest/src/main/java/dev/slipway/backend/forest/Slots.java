package dev.slipway.backend.forest;

import dev.slipway.api.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the values of a row into whole numbers, once for all trees, such that every split is one comparison: a value that is
 * not above the threshold goes left. What a split does with a missing value is part of the number, so that a column has
 * as many slots as there are ways to treat what it lacks.
 *
 * <p>A float32 is ordered by its bits. A float64 is ordered by how many of its column's thresholds it exceeds.
 */
final class Slots {
    static final int LANE_BITS = 3;
    /** Rows whose numbers stand side by side. */
    static final int LANES = 1 << LANE_BITS;

    /** Above every threshold. */
    private static final int TO_THE_RIGHT = Integer.MAX_VALUE;

    private static final int TO_THE_LEFT = Integer.MIN_VALUE;
    /** No category; goes right. */
    static final int NO_CATEGORY = -1;
    /** No category either, but goes left. */
    static final int MISSING_CATEGORY_LEFT = -2;

    private static final double ZERO_MAX = 1e-35f;
    /** XGBoost's end of categories; LightGBM's lie within int32, of which no set has more than this. */
    private static final double CATEGORY_END = 1 << 24;

    private final boolean isDouble;
    private final int[] features;
    private final byte[] kinds;
    /** By slot: the thresholds of its column, ascending, each once; empty unless {@link #isDouble}. */
    private final double[][] ranks;

    /** By kind of slot; the first three leave numbers as they are. */
    private static final Missing[] WAYS = {
        Missing.LEFT, Missing.RIGHT, Missing.ZERO, Missing.ZERO_LEFT, Missing.ZERO_RIGHT
    };

    /** LightGBM cuts off what is behind the point; XGBoost knows no category below 0. */
    private static final double NEARLY_MINUS_ONE = Math.nextUp(-1.0);

    private static final byte CATEGORY_RIGHT = (byte) WAYS.length;
    private static final byte CATEGORY_LEFT = (byte) (CATEGORY_RIGHT + 1);
    private static final byte NONE = (byte) (CATEGORY_LEFT + 1);

    private Slots(boolean isDouble, int[] features, byte[] kinds, double[][] ranks) {
        this.isDouble = isDouble;
        this.features = features;
        this.kinds = kinds;
        this.ranks = ranks;
    }

    private static int code(Missing missing) {
        int code = 0;
        while (WAYS[code] != missing) {
            code++;
        }
        return code;
    }

    int count() {
        return features.length;
    }

    /** Bytes that it holds, about. */
    long bytes() {
        long bytes = features.length * 16L;
        for (double[] rank : ranks) {
            bytes += rank.length * 8L;
        }
        return bytes;
    }

    /** Columns that a row must have at least. */
    int featuresMin() {
        int min = 0;
        for (int slot = 0; slot < features.length; slot++) {
            min = Math.max(min, kinds[slot] == NONE ? 0 : features[slot] + 1);
        }
        return min;
    }

    /** Finds the slots that trees need. */
    static final class Finder {
        private final boolean isDouble;
        private final Map<Integer, double[]> thresholds = new HashMap<>();
        private final Map<Integer, List<Double>> found = new HashMap<>();
        private final Map<Long, Integer> numbers = new HashMap<>();
        private final List<Long> order = new ArrayList<>();

        Finder(boolean isDouble, List<Tree> trees) {
            this.isDouble = isDouble;
            for (Tree tree : trees) {
                for (int node = 0; node < tree.nodes(); node++) {
                    if (isDouble && tree.kind(node) == Tree.NUMBER && !Double.isNaN(tree.threshold(node))) {
                        found.computeIfAbsent(tree.feature(node), any -> new ArrayList<>())
                                .add(bound(tree, node));
                    }
                }
            }
            found.forEach((feature, all) -> thresholds.put(
                    feature,
                    all.stream()
                            .mapToDouble(Double::doubleValue)
                            .sorted()
                            .distinct()
                            .toArray()));
        }

        /** Such that values up to it go left. */
        private static double bound(Tree tree, int node) {
            double threshold = tree.threshold(node) + 0.0;
            return tree.isOrEqual(node) ? threshold : Math.nextDown(threshold) + 0.0;
        }

        /** Where the first row's number for a split stands. */
        int slot(Tree tree, int node) {
            int kind = tree.kind(node) == Tree.NUMBER
                    ? code(tree.missing(node))
                    : tree.missing(node) == Missing.LEFT ? CATEGORY_LEFT : CATEGORY_RIGHT;
            return slot((long) tree.feature(node) << 8 | kind) << LANE_BITS;
        }

        private int slot(long key) {
            Integer known = numbers.get(key);
            if (known != null) {
                return known;
            }
            numbers.put(key, order.size());
            order.add(key);
            return order.size() - 1;
        }

        /** Such that values of the slot up to it go left. */
        int threshold(Tree tree, int node) {
            if (Double.isNaN(tree.threshold(node))) {
                return TO_THE_LEFT;
            } else if (isDouble) {
                return Arrays.binarySearch(
                        thresholds.getOrDefault(tree.feature(node), new double[0]), bound(tree, node));
            }
            int ordered = ordered(Float.floatToRawIntBits((float) tree.threshold(node)));
            return tree.isOrEqual(node) ? ordered : ordered - 1;
        }

        Slots slots() {
            if (order.isEmpty()) {
                slot(NONE);
            }
            int[] features = order.stream().mapToInt(key -> (int) (key >> 8)).toArray();
            byte[] kinds = new byte[features.length];
            double[][] ranks = new double[features.length][];
            for (int slot = 0; slot < kinds.length; slot++) {
                kinds[slot] = (byte) (order.get(slot) & 0xFF);
                ranks[slot] = thresholds.getOrDefault(features[slot], new double[0]);
            }
            return new Slots(isDouble, features, kinds, ranks);
        }
    }

    /** A float32's bits, such that whole numbers are ordered as the floats are, and both zeros are one; not for NaN. */
    private static int ordered(int bits) {
        return bits == Integer.MIN_VALUE ? 0 : bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    /**
     * Fills the numbers of some rows: of {@value #LANES} rows together, slot after slot, the rows' numbers side by side.
     *
     * @param first the row to begin with
     * @param keys room for whole groups of rows
     */
    void fill(Rows rows, int first, int count, int[] keys) {
        if (isDouble) {
            fillDoubles(rows, first, count, keys);
            return;
        }
        ByteBuffer data = rows.data();
        int columns = rows.columns();
        int group = features.length * LANES;
        for (int slot = 0; slot < features.length; slot++) {
            int kind = kinds[slot];
            if (kind == NONE) {
                continue;
            }
            int from = (first * columns + features[slot]) << 2;
            for (int row = 0; row < count; row++) {
                int bits = data.getInt(from);
                from += columns << 2;
                boolean isNumber = (bits & Integer.MAX_VALUE) <= 0x7F80_0000;
                keys[(row >> LANE_BITS) * group + slot * LANES + (row & LANES - 1)] =
                        isNumber && kind <= 2 ? ordered(bits) : number(Float.intBitsToFloat(bits), kind);
            }
        }
    }

    private void fillDoubles(Rows rows, int first, int count, int[] keys) {
        ByteBuffer data = rows.data();
        boolean isNarrow = rows.dtype() == DType.FP32;
        int columns = rows.columns();
        int group = features.length * LANES;
        for (int slot = 0; slot < features.length; slot++) {
            int kind = kinds[slot];
            if (kind == NONE) {
                continue;
            }
            double[] thresholds = ranks[slot];
            int index = first * columns + features[slot];
            for (int row = 0; row < count; row++) {
                double value = isNarrow ? data.getFloat(index << 2) : data.getDouble(index << 3);
                index += columns;
                keys[(row >> LANE_BITS) * group + slot * LANES + (row & LANES - 1)] =
                        !Double.isNaN(value) && kind <= 2 ? rank(thresholds, value) : number(value, kind, thresholds);
            }
        }
    }

    /** What is no plain number, of a float32. */
    private static int number(float value, int kind) {
        if (kind >= CATEGORY_RIGHT) {
            return category(value, kind, 0);
        }
        return switch (WAYS[kind]) {
            case LEFT -> TO_THE_LEFT;
            case RIGHT -> TO_THE_RIGHT;
            case ZERO -> 0;
            case ZERO_LEFT ->
                !Double.isNaN(value) && Math.abs(value) > ZERO_MAX
                        ? ordered(Float.floatToRawIntBits(value))
                        : TO_THE_LEFT;
            case ZERO_RIGHT ->
                !Double.isNaN(value) && Math.abs(value) > ZERO_MAX
                        ? ordered(Float.floatToRawIntBits(value))
                        : TO_THE_RIGHT;
        };
    }

    private static int number(double value, int kind, double[] ranks) {
        if (kind >= CATEGORY_RIGHT) {
            return category(value, kind, NEARLY_MINUS_ONE);
        }
        boolean isOther = !Double.isNaN(value) && Math.abs(value) > ZERO_MAX;
        return switch (WAYS[kind]) {
            case LEFT -> TO_THE_LEFT;
            case RIGHT -> TO_THE_RIGHT;
            case ZERO -> rank(ranks, 0);
            case ZERO_LEFT -> isOther ? rank(ranks, value) : TO_THE_LEFT;
            case ZERO_RIGHT -> isOther ? rank(ranks, value) : TO_THE_RIGHT;
        };
    }

    /** @param least what counts as category 0 */
    private static int category(double value, int kind, double least) {
        if (Double.isNaN(value)) {
            return kind == CATEGORY_LEFT ? MISSING_CATEGORY_LEFT : NO_CATEGORY;
        }
        return value >= least && value < CATEGORY_END ? (int) value : NO_CATEGORY;
    }

    /** How many of some ascending thresholds a value exceeds; without branches, which nobody could foretell. */
    private static int rank(double[] thresholds, double value) {
        int base = 0;
        for (int rest = thresholds.length; rest > 0; ) {
            int half = (rest + 1) >>> 1;
            base += thresholds[base + half - 1] < value ? half : 0;
            rest -= half;
        }
        return base;
    }
}

package dev.slipway.backend.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Walks end where a plain reading of the trees ends, whatever the layout, the width and the number of rows. */
class ForestTest {
    private static final int FEATURES = 6;
    private static final double[] ODD = {
        Double.NaN, 0, -0.0, 1e-36, -1e-36, 1, -1, -0.5, 40, 41, 1e9, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };

    /** A split or a leaf, read in the plainest way. */
    private record Plain(int feature, int kind, double threshold, Missing missing, int[] set, int left, int right) {
        boolean isLeft(double value) {
            boolean isZero = Double.isNaN(value) || Math.abs(value) <= (double) 1e-35f;
            if (kind == 4) {
                return Double.isNaN(value)
                        ? missing == Missing.LEFT
                        : value >= 0 && value < 32L * set.length && (set[(int) value >> 5] >> (int) value & 1) == 1;
            } else if ((missing == Missing.ZERO_LEFT || missing == Missing.ZERO_RIGHT) && isZero) {
                return missing == Missing.ZERO_LEFT;
            } else if (Double.isNaN(value) && missing != Missing.ZERO) {
                return missing == Missing.LEFT;
            }
            double number = Double.isNaN(value) ? 0 : value;
            return kind == 1 ? number < threshold : kind == 2 ? number <= threshold : number == threshold;
        }
    }

    private final Random random = new Random(17);
    private final List<List<Plain>> plain = new ArrayList<>();
    private int leaves;

    @ParameterizedTest(name = "depth {0}, float64 {1}, categories {2}")
    @CsvSource({
        "0, false, false",
        "5, false, false",
        "5, true, false",
        "12, false, false",
        "12, true, false",
        "6, false, true",
        "6, true, true"
    })
    void endsWhereAPlainReadingEnds(int depth, boolean isDouble, boolean hasCategories) {
        List<Tree> trees = new ArrayList<>();
        for (int tree = 0; tree < 13; tree++) {
            trees.add(tree(depth, hasCategories));
        }
        Forest forest = Forest.of(trees, isDouble);
        for (int count : new int[] {1, 2, 7, 8, 9, 64, 300}) {
            double[] values = values(count);
            int[][] ends = new int[count][trees.size()];
            forest.run(rows(values, isDouble), recorder(forest, ends), later());
            for (int row = 0; row < count; row++) {
                for (int tree = 0; tree < trees.size(); tree++) {
                    assertThat(ends[row][tree])
                            .as("row %d, tree %d", row, tree)
                            .isEqualTo(end(plain.get(tree), values, row * FEATURES));
                }
            }
        }
    }

    @Test
    void addsInTheOrderOfTheTrees() {
        List<Tree> trees = new ArrayList<>();
        float[] worth = {1e8f, 1, -1e8f, 0.5f, 3};
        for (int leaf = 0; leaf < worth.length; leaf++) {
            Tree tree = new Tree(1);
            tree.leaf(0, leaf);
            trees.add(tree);
        }
        Forest forest = Forest.of(trees, false);
        float[] values = FloatSum.arrange(forest, worth);
        float expected = 0.25f;
        for (float one : worth) {
            expected += one;
        }
        for (int count : new int[] {1, 3}) {
            float[] sums = new float[count];
            Arrays.fill(sums, 0.25f);
            forest.run(rows(values(count), false), new FloatSum(values, new int[5], 1, sums), later());
            assertThat(sums).containsOnly(expected);
        }
    }

    @Test
    void refusesWhatIsNoTree() {
        Tree circle = new Tree(2);
        circle.split(0, 0, true, 1, Missing.LEFT, new Tree.Children(1, 1));
        circle.split(1, 0, true, 1, Missing.LEFT, new Tree.Children(0, 0));
        Tree outside = new Tree(1);
        outside.split(0, 0, true, 1, Missing.LEFT, new Tree.Children(1, 2));
        Tree chain = new Tree(5001);
        for (int node = 0; node < 5000; node++) {
            chain.split(node, 0, true, 1, Missing.LEFT, new Tree.Children(node + 1, node + 1));
        }
        chain.leaf(5000, 0);
        for (Tree tree : List.of(circle, outside, chain, new Tree(1))) {
            assertThatThrownBy(() -> Forest.of(List.of(tree), false)).isInstanceOf(SlipwayException.class);
        }
    }

    @Test
    void stopsAtItsDeadline() {
        plain.clear();
        Forest forest = Forest.of(List.of(tree(3, false)), false);
        Deadline past = Deadline.after(Duration.ofSeconds(-1), System.nanoTime());
        assertThatThrownBy(() -> forest.run(rows(values(20), false), recorder(forest, new int[20][1]), past))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    private static Deadline later() {
        return Deadline.after(Duration.ofMinutes(1), System.nanoTime());
    }

    private static LeafSum recorder(Forest forest, int[][] ends) {
        return new LeafSum() {
            @Override
            public void add(int tree, int first, int rows, int[] places) {
                for (int row = 0; row < rows; row++) {
                    ends[first + row][tree] = forest.leafAt(places[row]);
                }
            }

            @Override
            public void addAll(int[] places) {
                for (int tree = 0; tree < places.length; tree++) {
                    ends[0][tree] = forest.leafAt(places[tree]);
                }
            }
        };
    }

    private static int end(List<Plain> nodes, double[] values, int from) {
        Plain node = nodes.get(0);
        while (node.kind() > 0) {
            node = nodes.get(node.isLeft(values[from + node.feature()]) ? node.left() : node.right());
        }
        return node.left();
    }

    private Tree tree(int depth, boolean hasCategories) {
        List<Plain> nodes = new ArrayList<>();
        grow(nodes, depth, hasCategories);
        plain.add(nodes);
        Tree tree = new Tree(nodes.size());
        for (int at = 0; at < nodes.size(); at++) {
            Plain node = nodes.get(at);
            Tree.Children children = new Tree.Children(node.left(), node.right());
            switch (node.kind()) {
                case 0 -> tree.leaf(at, node.left());
                case 3 -> tree.splitEqual(at, node.feature(), node.threshold(), node.missing(), children);
                case 4 -> tree.splitCategories(at, node.feature(), node.set(), node.missing(), children);
                default -> tree.split(at, node.feature(), node.kind() == 2, node.threshold(), node.missing(), children);
            }
        }
        return tree;
    }

    private int grow(List<Plain> nodes, int depth, boolean hasCategories) {
        int at = nodes.size();
        nodes.add(new Plain(0, 0, 0, Missing.LEFT, new int[0], leaves, 0));
        boolean isLeaf = depth == 0 || (at > 0 && random.nextInt(depth > 6 ? 3 : 8) == 0);
        if (isLeaf) {
            leaves++;
            return at;
        }
        int kind = 1 + random.nextInt(hasCategories ? 4 : 3);
        Missing[] ways = kind > 2 ? new Missing[] {Missing.LEFT, Missing.RIGHT} : Missing.values();
        Missing missing = ways[random.nextInt(ways.length)];
        double threshold = random.nextBoolean() ? random.nextInt(3) - 1 : (float) random.nextGaussian();
        int left = grow(nodes, depth - 1, hasCategories);
        int right = grow(nodes, depth - 1, hasCategories);
        int[] set = {random.nextInt(), random.nextInt()};
        nodes.set(at, new Plain(random.nextInt(FEATURES), kind, threshold, missing, set, left, right));
        return at;
    }

    private double[] values(int count) {
        double[] values = new double[count * FEATURES];
        for (int i = 0; i < values.length; i++) {
            int kind = random.nextInt(4);
            double odd = ODD[random.nextInt(ODD.length)];
            // Below 0, XGBoost and LightGBM do not agree what category a fraction is.
            values[i] = kind == 0
                    ? (odd == -0.5 ? -2 : (float) odd)
                    : kind == 1 ? random.nextInt(70) : (float) random.nextGaussian() * 2;
            values[i] = values[i] > -1 && values[i] < 0 ? -1.5 : values[i];
        }
        return values;
    }

    private static Rows rows(double[] values, boolean isDouble) {
        DType dtype = isDouble ? DType.FP64 : DType.FP32;
        ByteBuffer data = ByteBuffer.allocate(values.length * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (isDouble) {
                data.putDouble(value);
            } else {
                data.putFloat((float) value);
            }
        }
        return new Rows(dtype, data.flip().order(ByteOrder.LITTLE_ENDIAN), FEATURES, values.length / FEATURES);
    }
}

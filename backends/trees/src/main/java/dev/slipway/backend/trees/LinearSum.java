package dev.slipway.backend.trees;

import dev.slipway.api.DType;
import dev.slipway.backend.forest.Forest;
import dev.slipway.backend.forest.LeafSum;
import dev.slipway.backend.forest.Rows;
import java.util.List;

/** Adds up trees some of which have linear leaves, in float64, in the order of the trees. */
final class LinearSum implements LeafSum {
    private final Forest forest;
    private final List<LightgbmTree> trees;
    private final int[] firstLeaves;
    private final Rows rows;
    private final int width;
    private final double[] sums;

    /**
     * @param firstLeaves by tree: the number of its first leaf
     * @param sums of the rows, one after the other; added to. Tree i adds to output i modulo {@code width}
     */
    LinearSum(Forest forest, List<LightgbmTree> trees, int[] firstLeaves, Rows rows, int width, double[] sums) {
        this.forest = forest;
        this.trees = trees;
        this.firstLeaves = firstLeaves;
        this.rows = rows;
        this.width = width;
        this.sums = sums;
    }

    @Override
    public void add(int tree, int first, int count, int[] places) {
        for (int i = 0; i < count; i++) {
            sums[(first + i) * width + tree % width] += value(tree, first + i, places[i]);
        }
    }

    @Override
    public void addAll(int[] places) {
        for (int tree = 0; tree < places.length; tree++) {
            sums[tree % width] += value(tree, 0, places[tree]);
        }
    }

    private double value(int tree, int row, int place) {
        int leaf = forest.leafAt(place) - firstLeaves[tree];
        LinearLeaves linear = trees.get(tree).linear();
        double constant = trees.get(tree).leaves()[leaf];
        if (linear == null) {
            return constant;
        }
        double value = linear.constants()[leaf];
        for (int i = linear.starts()[leaf]; i < linear.starts()[leaf + 1]; i++) {
            int index = row * rows.columns() + linear.features()[i];
            double feature = rows.dtype() == DType.FP32
                    ? rows.data().getFloat(index << 2)
                    : rows.data().getDouble(index << 3);
            if (Double.isNaN(feature)) {
                return constant;
            }
            value += linear.coefficients()[i] * feature;
        }
        return value;
    }
}

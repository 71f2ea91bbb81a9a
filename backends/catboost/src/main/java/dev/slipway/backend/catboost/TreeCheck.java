package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.SlipwayException;

/**
 * Checks that trees keep to the splits and the leaves that there are: CatBoost's evaluator goes where they point, without
 * looking.
 */
final class TreeCheck {
    private static final int DEPTH_MAX = 16;

    private final String file;
    private final FlatTable trees;
    private final int dimension;

    TreeCheck(String file, FlatTable trees, int dimension) {
        this.file = file;
        this.trees = trees;
        this.dimension = dimension;
    }

    void check() {
        int[] splits = trees.numbers(1);
        int[] sizes = trees.numbers(2);
        int[] starts = trees.numbers(3);
        long known = known();
        for (int split : splits) {
            if (split < 0 || split >= known) {
                throw bad("split %d".formatted(split), "one of %d".formatted(known));
            }
        }
        boolean isSymmetric = trees.size(10, 4) == 0;
        if (starts.length != 0 && starts.length != sizes.length) {
            throw bad("%d beginnings of %d trees".formatted(starts.length, sizes.length), "as many");
        }
        long end = 0;
        long leaves = 0;
        for (int tree = 0; tree < sizes.length; tree++) {
            int size = sizes[tree];
            long start = starts.length == 0 ? end : starts[tree];
            if (size < 0 || start != end || start + size > splits.length || (isSymmetric && size > DEPTH_MAX)) {
                throw bad(
                        "tree %d with %d splits from %d on".formatted(tree, size, start),
                        "one after the other, %d in all".formatted(splits.length));
            }
            end = start + size;
            leaves += isSymmetric ? 1L << size : 0;
        }
        if (isSymmetric) {
            if (leaves * dimension != trees.size(8, 8)) {
                throw bad("%d leaf values".formatted(trees.size(8, 8)), "%d times %d".formatted(leaves, dimension));
            }
        } else {
            checkSteps(sizes, splits.length);
        }
    }

    /** Nodes of trees that are not symmetric: how far to go left and right (two 16-bit numbers), and the leaf where it ends. */
    private void checkSteps(int[] sizes, int nodes) {
        int[] steps = trees.numbers(10);
        int[] leaves = trees.numbers(11);
        long values = trees.size(8, 8);
        if (steps.length != nodes || leaves.length != nodes) {
            throw bad("%d steps and %d leaves".formatted(steps.length, leaves.length), "%d of each".formatted(nodes));
        }
        int start = 0;
        for (int size : sizes) {
            for (int node = start; node < start + size; node++) {
                int left = steps[node] & 0xffff;
                int right = steps[node] >>> 16;
                long leaf = leaves[node] & 0xffffffffL;
                boolean isEnd = left == 0 || right == 0;
                if (node + Math.max(left, right) >= start + size || (isEnd && leaf + dimension > values)) {
                    throw bad(
                            "node %d with steps %d and %d to leaf %d".formatted(node, left, right, leaf),
                            "nodes of its own tree, and a leaf of %d values".formatted(values));
                }
            }
            start += size;
        }
    }

    /** Borders of floats, values of one-hot features, borders of counters, and of estimated features. */
    private long known() {
        long known = 0;
        for (FlatTable feature : trees.tables(5)) {
            known += feature.size(3, 4);
        }
        for (FlatTable feature : trees.tables(6)) {
            known += feature.size(1, 4);
        }
        for (FlatTable feature : trees.tables(7)) {
            known += feature.size(1, 4);
        }
        for (FlatTable feature : trees.tables(13)) {
            known += feature.size(3, 4);
        }
        return known;
    }

    private SlipwayException bad(String found, String expected) {
        return CbmFile.refused(file, INVALID_ARGUMENT, found, expected);
    }
}

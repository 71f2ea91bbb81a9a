package dev.slipway.backend.trees;

import dev.slipway.api.DType;
import dev.slipway.backend.forest.DoubleSum;
import dev.slipway.backend.forest.Forest;
import dev.slipway.backend.forest.LeafSum;
import dev.slipway.backend.forest.Tree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * A model of LightGBM's.
 *
 * @param width trees of an iteration, and sums of a row: tree i adds to sum i modulo this
 * @param isAverage whether sums are divided by the number of iterations, as of random forests
 */
record LightgbmModel(
        LightgbmObjective objective,
        int features,
        List<Column> columns,
        int width,
        boolean isAverage,
        List<LightgbmTree> trees,
        Map<String, String> metadata)
        implements TreeModel {
    static final String FORMAT = "lightgbm";

    @Override
    public String format() {
        return FORMAT;
    }

    @Override
    public DType dtype() {
        return DType.FP64;
    }

    @Override
    public int outputs() {
        return width;
    }

    @Override
    public long bytes() {
        long linear = 0;
        long leaves = 0;
        for (LightgbmTree tree : trees) {
            LinearLeaves more = tree.linear();
            leaves += tree.leaves().length;
            linear += more == null ? 0 : 12L * (more.constants().length + more.features().length);
        }
        return Forest.bytesOf(plainTrees()) + 16 * leaves + linear + 8L * width;
    }

    private List<Tree> plainTrees() {
        return trees.stream().map(LightgbmTree::tree).toList();
    }

    @Override
    public Scorer scorer() {
        Forest forest = Forest.of(plainTrees(), true);
        int[] firstLeaves = new int[trees.size() + 1];
        int[] outputs = new int[trees.size()];
        boolean isLinear = false;
        for (int tree = 0; tree < outputs.length; tree++) {
            firstLeaves[tree + 1] = firstLeaves[tree] + trees.get(tree).leaves().length;
            outputs[tree] = tree % width;
            isLinear |= trees.get(tree).linear() != null;
        }
        double[] leaves = new double[firstLeaves[outputs.length]];
        for (int tree = 0; tree < outputs.length; tree++) {
            double[] own = trees.get(tree).leaves();
            System.arraycopy(own, 0, leaves, firstLeaves[tree], own.length);
        }
        double[] values = isLinear ? leaves : DoubleSum.arrange(forest, leaves);
        boolean hasLinear = isLinear;
        return (rows, deadline) -> {
            double[] sums = new double[Math.multiplyExact(rows.count(), width)];
            LeafSum sum = hasLinear
                    ? new LinearSum(forest, trees, firstLeaves, rows, width, sums)
                    : new DoubleSum(values, outputs, width, sums);
            forest.run(rows, sum, deadline);
            return answers(sums);
        };
    }

    private ByteBuffer answers(double[] sums) {
        if (isAverage && !trees.isEmpty()) {
            int iterations = trees.size() / width;
            for (int i = 0; i < sums.length; i++) {
                sums[i] /= iterations;
            }
        }
        objective.turn(sums, width);
        ByteBuffer answers = ByteBuffer.allocate(sums.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        answers.asDoubleBuffer().put(sums);
        return answers;
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.forest.Forest;
import dev.slipway.backend.forest.Missing;
import dev.slipway.backend.forest.SparseSum;
import dev.slipway.backend.forest.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trees of a TreeEnsembleRegressor or TreeEnsembleClassifier, read as ONNX Runtime reads them.
 *
 * @param values what leaves are worth, by place
 * @param certain the outputs to which every row adds something; any other gets nothing from any row
 * @see <a href="https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleClassifier.html">ONNX:
 *     TreeEnsembleClassifier</a>
 */
record TreeEnsemble(Forest forest, SparseSum.Values values, Singles singles, BitSet certain) {
    /**
     * What leaves are worth where each has one value, by place; empty where they have several.
     *
     * @param narrow the same as float32
     */
    @SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
    record Singles(double[] values, float[] narrow) {
        static Singles of(SparseSum.Values sparse, int places) {
            double[] values = new double[places];
            float[] narrow = new float[places];
            for (int place = 0; place < places; place++) {
                // Of places where no row ends there is no value.
                boolean isLeaf = sparse.starts()[place] < sparse.starts()[place + 1];
                values[place] = isLeaf ? sparse.values()[sparse.starts()[place]] : 0;
                narrow[place] = (float) values[place];
            }
            return new Singles(values, narrow);
        }
    }

    /**
     * @param prefix of the attributes of leaves: {@code target} or {@code class}
     * @param outputs how many there are
     * @return empty for trees that only the runtime knows how to read
     */
    static Optional<TreeEnsemble> of(TreeNodes.Node node, String prefix, int outputs, boolean isDouble) {
        try {
            return new Builder(node, prefix, outputs).build(isDouble);
        } catch (SlipwayException e) {
            return Optional.empty();
        }
    }

    private static final class Builder {
        private final long[] trees;
        private final long[] ids;
        private final long[] features;
        private final List<String> modes;
        private final double[] thresholds;
        private final long[] trueNodes;
        private final long[] falseNodes;
        private final long[] missing;
        private final long[] leafTrees;
        private final long[] leafNodes;
        private final long[] leafOutputs;
        private final double[] leafValues;
        private final int outputs;
        /** By tree and node: the place in the lists. */
        private final Map<Long, Map<Long, Integer>> places = new HashMap<>();

        Builder(TreeNodes.Node node, String prefix, int outputs) {
            this.outputs = outputs;
            trees = node.attribute("nodes_treeids").longs();
            ids = node.attribute("nodes_nodeids").longs();
            features = node.attribute("nodes_featureids").longs();
            modes = node.attribute("nodes_modes").texts();
            thresholds = numbers(node, "nodes_values");
            trueNodes = node.attribute("nodes_truenodeids").longs();
            falseNodes = node.attribute("nodes_falsenodeids").longs();
            missing = node.attribute("nodes_missing_value_tracks_true").longs();
            leafTrees = node.attribute(prefix + "_treeids").longs();
            leafNodes = node.attribute(prefix + "_nodeids").longs();
            leafOutputs = node.attribute(prefix + "_ids").longs();
            leafValues = numbers(node, prefix + "_weights");
        }

        private static double[] numbers(TreeNodes.Node node, String name) {
            TreeAttribute tensor = node.attribute(name + "_as_tensor");
            return tensor.isTensor() ? tensor.numbers() : node.attribute(name).numbers();
        }

        Optional<TreeEnsemble> build(boolean isDouble) {
            int count = trees.length;
            boolean isFit = count > 0
                    && ids.length == count
                    && features.length == count
                    && modes.size() == count
                    && thresholds.length == count
                    && trueNodes.length == count
                    && falseNodes.length == count
                    && (missing.length == 0 || missing.length == count)
                    && leafNodes.length == leafTrees.length
                    && leafOutputs.length == leafTrees.length
                    && leafValues.length == leafTrees.length;
            if (!isFit || !index()) {
                return Optional.empty();
            }
            SparseSum.Values byLeaf = leaves();
            List<Tree> read = new ArrayList<>();
            for (int from = 0; from < count; ) {
                int to = from;
                while (to < count && trees[to] == trees[from]) {
                    to++;
                }
                Tree tree = tree(from, to, byLeaf);
                if (tree == null) {
                    return Optional.empty();
                }
                read.add(tree);
                from = to;
            }
            Forest forest = Forest.of(read, isDouble);
            BitSet certain = certain(byLeaf);
            if (certain == null) {
                return Optional.empty();
            }
            SparseSum.Values values = byLeaf.arranged(forest);
            Singles singles = Singles.of(values, outputs == 1 ? forest.places() : 0);
            return Optional.of(new TreeEnsemble(forest, values, singles, certain));
        }

        /** Whether each node is there once, and each tree's nodes stand side by side. */
        private boolean index() {
            for (int at = 0; at < trees.length; at++) {
                boolean isNewTree = at == 0 || trees[at] != trees[at - 1];
                if (isNewTree && places.containsKey(trees[at])) {
                    return false;
                }
                if (places.computeIfAbsent(trees[at], tree -> new HashMap<>()).put(ids[at], at) != null) {
                    return false;
                }
            }
            return true;
        }

        private @Nullable Integer place(long tree, long node) {
            Map<Long, Integer> nodes = places.get(tree);
            return nodes == null ? null : nodes.get(node);
        }

        /** What leaves are worth, by place in the lists, in the order of the file. */
        private SparseSum.Values leaves() {
            int[] starts = new int[trees.length + 1];
            int[] at = new int[leafTrees.length];
            for (int i = 0; i < at.length; i++) {
                Integer place = place(leafTrees[i], leafNodes[i]);
                at[i] = place == null ? -1 : place;
                if (at[i] >= 0) {
                    starts[at[i] + 1]++;
                }
            }
            for (int i = 0; i < trees.length; i++) {
                starts[i + 1] += starts[i];
            }
            int[] next = Arrays.copyOf(starts, trees.length);
            int[] to = new int[starts[trees.length]];
            double[] worth = new double[to.length];
            for (int i = 0; i < at.length; i++) {
                if (at[i] >= 0) {
                    to[next[at[i]]] = leafOutputs[i] < 0 || leafOutputs[i] >= outputs ? -1 : (int) leafOutputs[i];
                    worth[next[at[i]]++] = leafValues[i];
                }
            }
            return new SparseSum.Values(starts, to, worth);
        }

        /** Null for a tree that the runtime had better read. */
        private @Nullable Tree tree(int from, int to, SparseSum.Values byLeaf) {
            Tree tree = new Tree(to - from);
            for (int at = from; at < to; at++) {
                if (modes.get(at).equals("LEAF")) {
                    int values = byLeaf.starts()[at + 1] - byLeaf.starts()[at];
                    if (values < 1 || (outputs == 1 && values > 1)) {
                        return null;
                    }
                    tree.leaf(at - from, at);
                    continue;
                }
                Integer whenTrue = place(trees[at], trueNodes[at]);
                Integer whenFalse = place(trees[at], falseNodes[at]);
                boolean isFeature = features[at] >= 0 && features[at] < 1 << 24;
                if (whenTrue == null
                        || whenFalse == null
                        || !isFeature
                        || byLeaf.starts()[at] < byLeaf.starts()[at + 1]) {
                    return null;
                }
                boolean isKnown = split(tree, at, at - from, new Tree.Children(whenTrue - from, whenFalse - from));
                if (!isKnown) {
                    return null;
                }
            }
            return tree;
        }

        /** Whether the mode is known. A missing value goes the way of true where the file says so, else that of false. */
        private boolean split(Tree tree, int at, int node, Tree.Children children) {
            boolean isTrueWhenMissing = missing.length > 0 && missing[at] == 1;
            Tree.Children turned = new Tree.Children(/* left= */ children.right(), /* right= */ children.left());
            Missing asLeft = isTrueWhenMissing ? Missing.LEFT : Missing.RIGHT;
            Missing asRight = isTrueWhenMissing ? Missing.RIGHT : Missing.LEFT;
            int feature = (int) features[at];
            double threshold = thresholds[at];
            switch (modes.get(at)) {
                case "BRANCH_LEQ" -> tree.split(node, feature, true, threshold, asLeft, children);
                case "BRANCH_LT" -> tree.split(node, feature, false, threshold, asLeft, children);
                case "BRANCH_GT" -> tree.split(node, feature, true, threshold, asRight, turned);
                case "BRANCH_GTE" -> tree.split(node, feature, false, threshold, asRight, turned);
                case "BRANCH_EQ" -> tree.splitEqual(node, feature, threshold, asLeft, children);
                // What is no number is not equal to any.
                case "BRANCH_NEQ" -> tree.splitEqual(node, feature, threshold, Missing.RIGHT, turned);
                default -> {
                    return false;
                }
            }
            return !Double.isNaN(threshold);
        }

        /** Null where some rows would add to an output, and others not, or values are of no output. */
        private @Nullable BitSet certain(SparseSum.Values byLeaf) {
            BitSet certain = new BitSet(outputs);
            BitSet touched = new BitSet(outputs);
            for (int from = 0; from < trees.length; ) {
                BitSet always = new BitSet(outputs);
                always.set(0, outputs);
                int at = from;
                for (; at < trees.length && trees[at] == trees[from]; at++) {
                    BitSet here = new BitSet(outputs);
                    for (int i = byLeaf.starts()[at]; i < byLeaf.starts()[at + 1]; i++) {
                        if (byLeaf.outputs()[i] < 0) {
                            return null;
                        }
                        here.set(byLeaf.outputs()[i]);
                    }
                    touched.or(here);
                    if (modes.get(at).equals("LEAF")) {
                        always.and(here);
                    }
                }
                certain.or(always);
                from = at;
            }
            return certain.equals(touched) ? certain : null;
        }
    }
}

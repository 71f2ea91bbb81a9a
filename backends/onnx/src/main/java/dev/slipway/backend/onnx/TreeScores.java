package dev.slipway.backend.onnx;

import dev.slipway.api.Deadline;
import dev.slipway.backend.forest.DoubleSum;
import dev.slipway.backend.forest.FloatMath;
import dev.slipway.backend.forest.FloatSum;
import dev.slipway.backend.forest.LeafSum;
import dev.slipway.backend.forest.Rows;
import dev.slipway.backend.forest.SparseSum;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes what a tree ensemble's node gives: scores and, of a classifier, labels; as ONNX Runtime does on one thread, in its
 * order and its widths. A float64 input makes sums of float64; scores are float32 in any case.
 *
 * @param bases added to the sums; empty for none
 * @param transform LOGISTIC, SOFTMAX or NONE; of a regressor NONE
 * @param labels of the classes; null for a regressor
 * @param isPositive whether no leaf of a classifier is worth less than 0
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/cpu/ml/tree_ensemble_aggregator.h">
 *     ONNX Runtime: tree_ensemble_aggregator.h</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
record TreeScores(
        TreeEnsemble trees,
        int outputs,
        double[] bases,
        boolean isAverage,
        boolean isDouble,
        String transform,
        long @Nullable [] labels,
        boolean isPositive) {

    private static final int OUTPUTS_MAX = 4096;

    /** @return empty for a node that only the runtime can compute */
    static Optional<TreeScores> of(TreeNodes.Node node, boolean isDouble) {
        boolean isClassifier = node.op().equals(TreeNodes.CLASSIFIER);
        long[] labels = node.attribute("classlabels_int64s").longs();
        long[] targets = node.attribute("n_targets").longs();
        long count = isClassifier ? labels.length : targets.length == 0 ? 0 : targets[0];
        String transform = node.attribute("post_transform").text("NONE");
        boolean isKnown = transform.equals("NONE")
                || (isClassifier && (transform.equals("LOGISTIC") || transform.equals("SOFTMAX")));
        String aggregate = node.attribute("aggregate_function").text("SUM");
        boolean isAverage = aggregate.equals("AVERAGE");
        TreeAttribute baseTensor = node.attribute("base_values_as_tensor");
        double[] bases = baseTensor.isTensor()
                ? baseTensor.numbers()
                : node.attribute("base_values").numbers();
        boolean isFit = count >= (isClassifier ? 2 : 1)
                && count <= OUTPUTS_MAX
                && isKnown
                && (isAverage || aggregate.equals("SUM"))
                && (bases.length == 0 || bases.length == count || bases.length == 1)
                && node.inputs().size() == 1;
        double[] weights = node.attribute("class_weights").numbers();
        boolean isPositive = Arrays.stream(weights).allMatch(weight -> weight >= 0);
        // Of two classes, the runtime turns the only score that is positive anyhow into something else yet.
        boolean isOdd = isClassifier && count == 2 && isPositive && !transform.equals("NONE");
        if (!isFit || isOdd) {
            return Optional.empty();
        }
        return TreeEnsemble.of(node, isClassifier ? "class" : "target", (int) count, isDouble)
                .filter(trees -> !isClassifier || hasKnownClasses(trees, (int) count, bases))
                .map(trees -> new TreeScores(
                        trees,
                        (int) count,
                        bases,
                        isAverage,
                        isDouble,
                        transform,
                        isClassifier ? labels : null,
                        isPositive));
    }

    /** Whether each class gets scores, or there are two and only one of them does, with no base. */
    private static boolean hasKnownClasses(TreeEnsemble trees, int count, double[] bases) {
        int certain = trees.certain().cardinality();
        return (certain == count && count > 2 && bases.length != 1)
                || (certain == count && count == 2 && bases.length == 0)
                || (count == 2 && certain == 1 && trees.certain().get(0) && bases.length < 2);
    }

    /**
     * What a run gives.
     *
     * @param scores of the rows, one after the other
     * @param labels of the rows; empty for a regressor
     */
    @SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
    record Result(float[] scores, long[] labels) {}

    Result run(Rows rows, Deadline deadline) {
        int count = rows.count();
        float[] scores = new float[Math.multiplyExact(count, outputs)];
        double[] wide = new double[isDouble ? scores.length : 0];
        trees.forest().run(rows, sum(scores, wide), deadline);
        long[] found = new long[labels == null ? 0 : count];
        if (isDouble) {
            finishWide(wide, scores);
        } else if (labels == null) {
            finish(scores);
        } else {
            for (int row = 0; row < count; row++) {
                found[row] =
                        outputs == 2 ? finishTwo(scores, 2 * row, labels) : finishMany(scores, row * outputs, labels);
            }
        }
        return new Result(scores, found);
    }

    private LeafSum sum(float[] scores, double[] wide) {
        SparseSum.Values values = trees.values();
        if (outputs > 1) {
            return isDouble ? SparseSum.of(values, outputs, wide) : SparseSum.of(values, outputs, scores);
        }
        int[] zeros = new int[trees.forest().trees()];
        return isDouble
                ? new DoubleSum(trees.singles().values(), zeros, 1, wide)
                : new FloatSum(trees.singles().narrow(), zeros, 1, scores);
    }

    private void finish(float[] scores) {
        float count = trees.forest().trees();
        for (int i = 0; i < scores.length; i++) {
            float score = isAverage ? scores[i] / count : scores[i];
            scores[i] = hasBase() ? score + (float) base(i % outputs) : score;
        }
    }

    private void finishWide(double[] sums, float[] scores) {
        double count = trees.forest().trees();
        for (int i = 0; i < scores.length; i++) {
            double score = isAverage ? sums[i] / count : sums[i];
            scores[i] = (float) (hasBase() ? score + base(i % outputs) : score);
        }
    }

    private boolean hasBase() {
        return bases.length == outputs;
    }

    private double base(int output) {
        return bases[output];
    }

    /** Turns the two scores of a row, and returns its label. */
    private long finishTwo(float[] scores, int at, long[] known) {
        if (trees.certain().cardinality() == 2) {
            // Neither is the only one, so that neither stands for both.
            long label = scores[at + 1] > 0 ? 1 : 0;
            turn(scores, at);
            return label;
        }
        float score = bases.length == 1 ? scores[at] + (float) bases[0] : scores[at];
        boolean isSecond = isPositive ? score > 0.5 : score > 0;
        if (isPositive) {
            scores[at] = 1 - score;
            scores[at + 1] = score;
        } else if (transform.equals("LOGISTIC")) {
            scores[at] = logistic(-score);
            scores[at + 1] = logistic(score);
        } else {
            scores[at] = -score;
            scores[at + 1] = score;
        }
        return isSecond ? known[1] : known[0];
    }

    private long finishMany(float[] scores, int at, long[] known) {
        int most = 0;
        for (int output = 0; output < outputs; output++) {
            scores[at + output] += bases.length == outputs ? (float) bases[output] : 0;
            most = scores[at + output] > scores[at + most] ? output : most;
        }
        turn(scores, at);
        return known[most];
    }

    private void turn(float[] scores, int at) {
        if (transform.equals("LOGISTIC")) {
            for (int i = at; i < at + outputs; i++) {
                scores[i] = logistic(scores[i]);
            }
        } else if (transform.equals("SOFTMAX")) {
            float most = -Float.MAX_VALUE;
            for (int i = at; i < at + outputs; i++) {
                most = Math.max(most, scores[i]);
            }
            float total = 0;
            for (int i = at; i < at + outputs; i++) {
                scores[i] = FloatMath.exp(scores[i] - most);
                total += scores[i];
            }
            for (int i = at; i < at + outputs; i++) {
                scores[i] /= total;
            }
        }
    }

    private static float logistic(float score) {
        float upper = 1 / (1 + FloatMath.exp(-Math.abs(score)));
        return score < 0 ? 1 - upper : upper;
    }
}

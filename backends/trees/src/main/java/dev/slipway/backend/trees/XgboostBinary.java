package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.backend.forest.Missing;
import dev.slipway.backend.forest.Tree;

/**
 * Reads the binary format that XGBoost wrote by default up to 1.x, and reads until 3.0: C structures as they lay in memory.
 *
 * @see <a href="https://github.com/dmlc/xgboost/blob/v1.7.6/src/learner.cc">LearnerIO::LoadModel, and the Load of each
 *     booster</a>
 */
final class XgboostBinary {
    private static final int LEARNER_BYTES = 136;
    private static final int TREE_BYTES = 148;
    private static final int NODE_BYTES = 20;
    private static final int STATISTICS_BYTES = 16;
    private static final int FEATURE_MASK = Integer.MAX_VALUE;

    private final FileBytes in;
    private final XgboostParts parts;

    XgboostBinary(FileBytes in) {
        this.in = in;
        parts = new XgboostParts(in);
    }

    XgboostParts read() {
        if (in.peek() == 'b') {
            String mark = in.text(4);
            if (!mark.equals("binf")) {
                throw in.broken("'%s'".formatted(mark), "binf");
            }
        }
        boolean hasAttributes = learner();
        parts.objective = in.text(in.int64());
        parts.booster = in.text(in.int64());
        switch (parts.booster) {
            case "gbtree", "dart" -> trees();
            case "gblinear" -> linear();
            default -> throw in.broken("booster '%s'".formatted(parts.booster), "gbtree, dart or gblinear");
        }
        if (hasAttributes) {
            int count = in.count(in.int64(), 16, "attributes");
            for (int i = 0; i < count; i++) {
                parts.attributes.put(in.text(in.int64()), in.text(in.int64()));
            }
        }
        return parts;
    }

    /** Whether there are attributes. */
    private boolean learner() {
        long start = in.position();
        parts.baseScores = new float[] {in.float32()};
        parts.features = in.int32();
        parts.classes = in.int32();
        boolean hasAttributes = in.int32() != 0;
        in.int32();
        int major = in.int32();
        int minor = in.int32();
        int targets = in.int32();
        in.skip(LEARNER_BYTES - (in.position() - start));
        parts.isBaseMargin = major < 1;
        parts.version = major < 1 ? "" : major + "." + minor;
        parts.targets = major < 1 ? 1 : Math.max(1, targets);
        if (parts.features < 0 || parts.classes < 0) {
            throw in.broken("%d features, %d classes".formatted(parts.features, parts.classes), "at least 0");
        }
        return hasAttributes;
    }

    private void trees() {
        int count = in.count(in.int32(), TREE_BYTES + NODE_BYTES + STATISTICS_BYTES, "trees");
        parts.parallel = in.int32();
        in.skip(160 - 8);
        if (parts.parallel < 1) {
            throw in.fault(
                    UNIMPLEMENTED,
                    "%d parallel trees, as versions before 0.47 wrote it".formatted(parts.parallel),
                    "at least 1; load and save it with XGBoost 0.47 to 1.5");
        }
        for (int i = 0; i < count; i++) {
            parts.trees.add(tree());
        }
        parts.groups = new int[count];
        for (int i = 0; i < count; i++) {
            parts.groups[i] = in.int32();
        }
        if (parts.booster.equals("dart") && count > 0) {
            parts.weights = floats();
        }
    }

    private float[] floats() {
        float[] numbers = new float[in.count(in.int64(), Float.BYTES, "numbers")];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.float32();
        }
        return numbers;
    }

    private Tree tree() {
        in.int32();
        int nodes = in.count(in.int32(), NODE_BYTES + STATISTICS_BYTES, "nodes");
        in.skip(12);
        int leafVector = in.int32();
        in.skip(TREE_BYTES - 24);
        if (leafVector > 1) {
            throw in.fault(UNIMPLEMENTED, "leaves of %d values".formatted(leafVector), "one value a leaf");
        }
        Tree tree = new Tree(nodes);
        for (int node = 0; node < nodes; node++) {
            in.int32();
            int left = in.int32();
            int right = in.int32();
            int split = in.int32();
            float value = in.float32();
            if (left == -1) {
                tree.leaf(node, parts.leaf(value));
            } else {
                Missing missing = split < 0 ? Missing.LEFT : Missing.RIGHT;
                tree.split(node, split & FEATURE_MASK, false, value, missing, new Tree.Children(left, right));
            }
        }
        in.skip((long) nodes * STATISTICS_BYTES);
        return tree;
    }

    private void linear() {
        in.skip(136);
        parts.coefficients = floats();
    }
}

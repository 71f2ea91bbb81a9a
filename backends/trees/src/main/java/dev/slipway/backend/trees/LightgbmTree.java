package dev.slipway.backend.trees;

import dev.slipway.backend.forest.Missing;
import dev.slipway.backend.forest.Tree;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One tree of LightGBM's text. Splits are numbered from 0, leaves from -1 downwards.
 *
 * @param leaves what each is worth; of a linear tree, where a feature that it needs is missing
 * @param linear null where leaves are constants
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
record LightgbmTree(Tree tree, double[] leaves, @Nullable LinearLeaves linear) {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int SET_WORDS_MAX = 1 << 16;

    /**
     * @param features how many the model has
     * @param firstLeaf the number of the first leaf among those of the forest
     */
    static LightgbmTree of(LightgbmFields fields, int features, int firstLeaf) {
        int leafCount = fields.whole("num_leaves", 1, 1 << 28);
        if (leafCount > fields.text("leaf_value").length()) {
            throw fields.bytes().broken("%s of %d leaves".formatted(fields.section(), leafCount), "as many values");
        }
        double[] leaves = fields.doubles("leaf_value", leafCount);
        boolean isLinear = fields.has("is_linear") && fields.whole("is_linear", 0, 1) == 1;
        LinearLeaves linear = isLinear ? LinearLeaves.of(fields, leafCount, features) : null;
        int splits = leafCount - 1;
        Tree tree = new Tree(splits + leafCount);
        for (int leaf = 0; leaf < leafCount; leaf++) {
            tree.leaf(splits + leaf, firstLeaf + leaf);
        }
        if (splits > 0) {
            splits(fields, tree, splits, features);
        }
        return new LightgbmTree(tree, leaves, linear);
    }

    private static void splits(LightgbmFields fields, Tree tree, int splits, int features) {
        int[] feature = fields.ints("split_feature", splits, false);
        double[] threshold = fields.doubles("threshold", splits);
        int[] left = fields.ints("left_child", splits, false);
        int[] right = fields.ints("right_child", splits, false);
        int[] decision = fields.ints("decision_type", splits, false);
        int categories = fields.has("num_cat") ? fields.whole("num_cat", 0, splits) : 0;
        int[] bounds = categories == 0 ? new int[1] : fields.ints("cat_boundaries", categories + 1, false);
        for (int i = 0; i < categories; i++) {
            if (bounds[i] < 0 || bounds[i + 1] < bounds[i] || bounds[i + 1] - bounds[i] > SET_WORDS_MAX) {
                throw fields.bytes()
                        .broken(
                                "%s with cat_boundaries %s"
                                        .formatted(
                                                fields.section(),
                                                Arrays.toString(Arrays.copyOfRange(bounds, i, i + 2))),
                                "ascending ones");
            }
        }
        int wordCount = bounds[categories];
        if (wordCount > 0 && wordCount > fields.text("cat_threshold").length()) {
            throw fields.bytes().broken("%s with %d sets of words".formatted(fields.section(), wordCount), "as listed");
        }
        int[] words = categories == 0 ? new int[0] : fields.words("cat_threshold", wordCount);
        for (int split = 0; split < splits; split++) {
            if (feature[split] < 0 || feature[split] >= features) {
                throw fields.bytes()
                        .broken(
                                "%s with feature %d".formatted(fields.section(), feature[split]),
                                "0 to " + (features - 1));
            }
            Tree.Children children = new Tree.Children(node(left[split], splits), node(right[split], splits));
            if ((decision[split] & CATEGORICAL) != 0) {
                int set = (int) threshold[split];
                if (set < 0 || set >= categories) {
                    throw fields.bytes()
                            .broken(
                                    "%s with set %d of categories".formatted(fields.section(), set),
                                    "0 to " + (categories - 1));
                }
                int[] bits = Arrays.copyOfRange(words, bounds[set], bounds[set + 1]);
                tree.splitCategories(split, feature[split], bits, Missing.RIGHT, children);
            } else {
                tree.split(split, feature[split], true, threshold[split], missing(decision[split]), children);
            }
        }
    }

    private static int node(int child, int splits) {
        return child < 0 ? splits + ~child : child;
    }

    private static Missing missing(int decision) {
        boolean isLeft = (decision & DEFAULT_LEFT) != 0;
        return switch (decision >> 2 & 3) {
            case 1 -> isLeft ? Missing.ZERO_LEFT : Missing.ZERO_RIGHT;
            case 2 -> isLeft ? Missing.LEFT : Missing.RIGHT;
            default -> Missing.ZERO;
        };
    }
}

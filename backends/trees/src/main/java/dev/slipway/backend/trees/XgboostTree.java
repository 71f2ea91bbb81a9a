package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.backend.forest.Missing;
import dev.slipway.backend.forest.Tree;

/** Reads one tree of a document: lists that have an element for each node. */
final class XgboostTree {
    private final Events in;
    private final XgboostParts parts;
    private int[] left = {};
    private int[] right = {};
    private int[] features = {};
    private float[] conditions = {};
    private int[] isDefaultLeft = {};
    private int[] splitTypes = {};
    private int[] categories = {};
    private int[] categoryNodes = {};
    private int[] categoryStarts = {};
    private int[] categoryCounts = {};
    private int leafWidth = 1;

    XgboostTree(Events in, XgboostParts parts) {
        this.in = in;
        this.parts = parts;
    }

    Tree read() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "left_children" -> left = Numbers.ints(in);
                case "right_children" -> right = Numbers.ints(in);
                case "split_indices" -> features = Numbers.ints(in);
                case "split_conditions" -> conditions = Numbers.floats(in);
                case "default_left" -> isDefaultLeft = Numbers.ints(in);
                case "split_type" -> splitTypes = Numbers.ints(in);
                case "categories" -> categories = Numbers.ints(in);
                case "categories_nodes" -> categoryNodes = Numbers.ints(in);
                case "categories_segments" -> categoryStarts = Numbers.ints(in);
                case "categories_sizes" -> categoryCounts = Numbers.ints(in);
                case "tree_param" -> parameters();
                default -> in.skip();
            }
        }
        check();
        return tree();
    }

    private void parameters() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("size_leaf_vector") && in.peek() == Events.Kind.TEXT) {
                String width = in.text();
                leafWidth = width.equals("0") || width.equals("1") ? 1 : 2;
            } else {
                in.skip();
            }
        }
    }

    private void check() {
        if (leafWidth > 1) {
            throw parts.bytes.fault(
                    UNIMPLEMENTED,
                    "trees whose leaves have a value for each target (multi_strategy=multi_output_tree)",
                    "one_output_per_tree");
        }
        int nodes = left.length;
        boolean isComplete = right.length == nodes
                && features.length == nodes
                && conditions.length == nodes
                && isDefaultLeft.length == nodes
                && (splitTypes.length == 0 || splitTypes.length == nodes)
                && categoryNodes.length == categoryStarts.length
                && categoryNodes.length == categoryCounts.length;
        if (nodes == 0 || !isComplete) {
            throw parts.broken(
                    "a tree of %d nodes with %d right children, %d features, %d conditions, %d directions, %d types"
                            .formatted(
                                    nodes,
                                    right.length,
                                    features.length,
                                    conditions.length,
                                    isDefaultLeft.length,
                                    splitTypes.length),
                    "at least one node, and as many of each");
        }
    }

    private Tree tree() {
        Tree tree = new Tree(left.length);
        for (int node = 0; node < left.length; node++) {
            if (left[node] == -1) {
                tree.leaf(node, parts.leaf(conditions[node]));
            } else if (splitTypes.length == 0 || splitTypes[node] == 0) {
                tree.split(node, features[node], false, conditions[node], missing(node), children(node));
            }
        }
        for (int i = 0; i < categoryNodes.length; i++) {
            int node = categoryNodes[i];
            long end = (long) categoryStarts[i] + categoryCounts[i];
            if (node < 0
                    || node >= left.length
                    || left[node] == -1
                    || categoryStarts[i] < 0
                    || categoryCounts[i] < 0
                    || end > categories.length) {
                throw parts.broken(
                        "categories %d to %d of node %d".formatted(categoryStarts[i], end, node),
                        "places among %d, of a split".formatted(categories.length));
            }
            int[] set = parts.set(categories, categoryStarts[i], categoryCounts[i]);
            // XGBoost sends the categories of the set to the right.
            Missing missing = isDefaultLeft[node] == 0 ? Missing.LEFT : Missing.RIGHT;
            tree.splitCategories(node, features[node], set, missing, new Tree.Children(right[node], left[node]));
        }
        return tree;
    }

    private Missing missing(int node) {
        return isDefaultLeft[node] == 0 ? Missing.RIGHT : Missing.LEFT;
    }

    private Tree.Children children(int node) {
        return new Tree.Children(left[node], right[node]);
    }
}

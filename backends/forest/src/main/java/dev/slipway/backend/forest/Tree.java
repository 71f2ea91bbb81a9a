package dev.slipway.backend.forest;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.SlipwayException;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A decision tree as a file has it, before it becomes part of a {@link Forest}: nodes from 0, the root, each a leaf or a split.
 * Not thread-safe.
 */
public final class Tree {
    private static final byte UNSET = 0;
    static final byte LEAF = 1;
    static final byte NUMBER = 2;
    static final byte CATEGORY = 3;

    /** Depth is found without recursion, but a chain of a million nodes is a file that means harm. */
    private static final int DEPTH_MAX = 4096;

    private byte[] kinds;
    private int[] features;
    private double[] thresholds;
    private boolean[] isOrEqual;
    private Missing[] missing;
    private int[] left;
    private int[] right;
    private int[][] sets;
    private int nodes;

    /** @param nodes how many the file has */
    public Tree(int nodes) {
        if (nodes < 1) {
            throw broken("a tree of %d nodes (expected: at least 1)".formatted(nodes));
        }
        this.nodes = nodes;
        kinds = new byte[nodes];
        features = new int[nodes];
        thresholds = new double[nodes];
        isOrEqual = new boolean[nodes];
        missing = new Missing[nodes];
        left = new int[nodes];
        right = new int[nodes];
        sets = new int[nodes][];
    }

    /** Where a row goes from a split. */
    public record Children(int left, int right) {}

    /** @param leaf its number among the leaves of the forest, from 0 */
    public void leaf(int node, int leaf) {
        kinds[node] = LEAF;
        left[node] = leaf;
    }

    /**
     * A split of numbers.
     *
     * @param feature column of the row, from 0
     * @param isOrEqual whether values equal to the threshold go left, too, with those below it
     * @param threshold NaN sends all that is not missing to the right
     */
    public void split(int node, int feature, boolean isOrEqual, double threshold, Missing missing, Children children) {
        kinds[node] = NUMBER;
        features[node] = feature;
        // Nothing is below minus infinity.
        thresholds[node] = !isOrEqual && threshold == Double.NEGATIVE_INFINITY ? Double.NaN : threshold;
        this.isOrEqual[node] = isOrEqual;
        this.missing[node] = missing;
        link(node, children);
    }

    /**
     * A split whose left child takes values equal to a number, and the right one all others.
     *
     * @param missing LEFT or RIGHT
     */
    public void splitEqual(int node, int feature, double number, Missing missing, Children children) {
        int second = nodes++;
        grow();
        // What is missing and goes left passes the second split to the right, as what is equal does.
        split(node, feature, true, number, missing, new Children(second, children.right()));
        split(second, feature, false, number, Missing.RIGHT, new Children(children.right(), children.left()));
    }

    /**
     * A split of categories: whole numbers from 0; anything else, and a category of no set, goes right.
     *
     * @param words bit {@code c} of these is set where category {@code c} goes left
     * @param missing LEFT or RIGHT: where NaN goes
     */
    public void splitCategories(int node, int feature, int[] words, Missing missing, Children children) {
        kinds[node] = CATEGORY;
        features[node] = feature;
        this.missing[node] = missing;
        sets[node] = words;
        link(node, children);
    }

    private void link(int node, Children children) {
        left[node] = children.left();
        right[node] = children.right();
    }

    private void grow() {
        if (nodes <= kinds.length) {
            return;
        }
        int room = 2 * nodes;
        kinds = Arrays.copyOf(kinds, room);
        features = Arrays.copyOf(features, room);
        thresholds = Arrays.copyOf(thresholds, room);
        isOrEqual = Arrays.copyOf(isOrEqual, room);
        missing = Arrays.copyOf(missing, room);
        left = Arrays.copyOf(left, room);
        right = Arrays.copyOf(right, room);
        sets = Arrays.copyOf(sets, room);
    }

    /** Visits the number of each leaf, those that no way leads to included. */
    public void eachLeaf(IntConsumer visitor) {
        for (int node = 0; node < nodes; node++) {
            if (kinds[node] == LEAF) {
                visitor.accept(left[node]);
            }
        }
    }

    /** The largest of the features that splits look at; -1 where there is no split. */
    public int featureMax() {
        int most = -1;
        for (int node = 0; node < nodes; node++) {
            most = kinds[node] > LEAF ? Math.max(most, features[node]) : most;
        }
        return most;
    }

    /** The smallest of the features that splits look at; 0 where there is no split below it. */
    public int featureMin() {
        int least = 0;
        for (int node = 0; node < nodes; node++) {
            least = kinds[node] > LEAF ? Math.min(least, features[node]) : least;
        }
        return least;
    }

    int nodes() {
        return nodes;
    }

    byte kind(int node) {
        return kinds[node];
    }

    int feature(int node) {
        return features[node];
    }

    double threshold(int node) {
        return thresholds[node];
    }

    boolean isOrEqual(int node) {
        return isOrEqual[node];
    }

    Missing missing(int node) {
        return missing[node];
    }

    int left(int node) {
        return left[node];
    }

    int right(int node) {
        return right[node];
    }

    /** The number of a leaf. */
    int leafNumber(int node) {
        return left[node];
    }

    int[] set(int node) {
        return sets[node];
    }

    /**
     * Splits on the longest way from the root to a leaf.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} where children lie outside, or ways lead in a circle
     */
    int depth() {
        int[] depths = new int[nodes];
        Arrays.fill(depths, -1);
        boolean[] isOpen = new boolean[nodes];
        int[] stack = new int[Math.min(nodes, DEPTH_MAX) + 2];
        int top = 0;
        stack[top++] = 0;
        while (top > 0) {
            int node = stack[top - 1];
            if (kinds[node] == LEAF) {
                depths[node] = 0;
                top--;
                continue;
            } else if (kinds[node] == UNSET) {
                throw broken("node %d is reached, but neither leaf nor split (expected: either)".formatted(node));
            }
            isOpen[node] = true;
            int next = nextOf(node, depths);
            if (next < 0) {
                depths[node] = 1 + Math.max(depths[left[node]], depths[right[node]]);
                isOpen[node] = false;
                top--;
            } else if (isOpen[next] || top > DEPTH_MAX) {
                throw broken(
                        isOpen[next]
                                ? "node %d leads back to node %d (expected: a tree)".formatted(node, next)
                                : "a tree is deeper than %d splits (expected: at most that)".formatted(DEPTH_MAX));
            } else {
                stack[top++] = next;
            }
        }
        return depths[0];
    }

    private int nextOf(int node, int[] depths) {
        for (int child : new int[] {left[node], right[node]}) {
            if (child < 0 || child >= nodes) {
                throw broken("node %d has child %d (expected: 0 to %d)".formatted(node, child, nodes - 1));
            }
            if (depths[child] < 0) {
                return child;
            }
        }
        return -1;
    }

    private static SlipwayException broken(String message) {
        return new SlipwayException(INVALID_ARGUMENT, message);
    }
}

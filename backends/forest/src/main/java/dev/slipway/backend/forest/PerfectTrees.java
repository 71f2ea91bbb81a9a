package dev.slipway.backend.forest;

import java.util.List;

/**
 * Trees of one depth, all of whose leaves lie at the bottom: a leaf further up stands there as often as it has ways below it. A
 * walk has the same number of steps for every row, and no branches; eight walks side by side hide the latency of each.
 */
final class PerfectTrees implements Walk {
    /** With more, the copies of shallow leaves outweigh the splits. */
    static final int DEPTH_MAX = 8;

    private final int depth;
    private final int trees;
    private final int slots;
    /** Of a tree, from 1: threshold in the upper half, slot in the lower one. The children of node i are 2i and 2i + 1. */
    private final long[] nodes;

    private final int[] leaves;

    PerfectTrees(List<Tree> trees, int depth, Slots.Finder finder) {
        this.depth = depth;
        this.trees = trees.size();
        nodes = new long[this.trees << depth];
        leaves = new int[this.trees << depth];
        for (int tree = 0; tree < this.trees; tree++) {
            fill(trees.get(tree), tree << depth, finder);
        }
        slots = finder.slots().count();
    }

    private void fill(Tree tree, int base, Slots.Finder finder) {
        int[] at = new int[1 << depth];
        for (int i = 1; i < at.length; i++) {
            int node = at[i];
            boolean isLeaf = tree.kind(node) == Tree.LEAF;
            // Below a leaf, both ways lead to it.
            int left = isLeaf ? node : tree.left(node);
            int right = isLeaf ? node : tree.right(node);
            if (!isLeaf) {
                nodes[base + i] = (long) finder.threshold(tree, node) << 32 | finder.slot(tree, node);
            }
            if (2 * i < at.length) {
                at[2 * i] = left;
                at[2 * i + 1] = right;
            } else {
                leaves[base + 2 * i - at.length] = tree.leafNumber(left);
                leaves[base + 2 * i + 1 - at.length] = tree.leafNumber(right);
            }
        }
    }

    @Override
    public void down(int tree, int[] keys, int rows, int[] places) {
        int base = tree << depth;
        int bottom = base - (1 << depth);
        for (int row = 0; row < rows; row += Slots.LANES) {
            int key = row * slots;
            int i0 = 1;
            int i1 = 1;
            int i2 = 1;
            int i3 = 1;
            int i4 = 1;
            int i5 = 1;
            int i6 = 1;
            int i7 = 1;
            for (int level = depth; level > 0; level--) {
                long n0 = nodes[base + i0];
                i0 = 2 * i0 + (int) (((n0 >> 32) - keys[key + (int) n0]) >>> 63);
                long n1 = nodes[base + i1];
                i1 = 2 * i1 + (int) (((n1 >> 32) - keys[key + (int) n1 + 1]) >>> 63);
                long n2 = nodes[base + i2];
                i2 = 2 * i2 + (int) (((n2 >> 32) - keys[key + (int) n2 + 2]) >>> 63);
                long n3 = nodes[base + i3];
                i3 = 2 * i3 + (int) (((n3 >> 32) - keys[key + (int) n3 + 3]) >>> 63);
                long n4 = nodes[base + i4];
                i4 = 2 * i4 + (int) (((n4 >> 32) - keys[key + (int) n4 + 4]) >>> 63);
                long n5 = nodes[base + i5];
                i5 = 2 * i5 + (int) (((n5 >> 32) - keys[key + (int) n5 + 5]) >>> 63);
                long n6 = nodes[base + i6];
                i6 = 2 * i6 + (int) (((n6 >> 32) - keys[key + (int) n6 + 6]) >>> 63);
                long n7 = nodes[base + i7];
                i7 = 2 * i7 + (int) (((n7 >> 32) - keys[key + (int) n7 + 7]) >>> 63);
            }
            places[row] = bottom + i0;
            places[row + 1] = bottom + i1;
            places[row + 2] = bottom + i2;
            places[row + 3] = bottom + i3;
            places[row + 4] = bottom + i4;
            places[row + 5] = bottom + i5;
            places[row + 6] = bottom + i6;
            places[row + 7] = bottom + i7;
        }
    }

    @Override
    public void down(int[] keys, int[] places) {
        int size = 1 << depth;
        int tree = 0;
        for (; tree + 4 <= trees; tree += 4) {
            int b0 = tree << depth;
            int b1 = b0 + size;
            int b2 = b1 + size;
            int b3 = b2 + size;
            int i0 = 1;
            int i1 = 1;
            int i2 = 1;
            int i3 = 1;
            for (int level = depth; level > 0; level--) {
                long n0 = nodes[b0 + i0];
                long n1 = nodes[b1 + i1];
                long n2 = nodes[b2 + i2];
                long n3 = nodes[b3 + i3];
                i0 = 2 * i0 + (int) (((n0 >> 32) - keys[(int) n0]) >>> 63);
                i1 = 2 * i1 + (int) (((n1 >> 32) - keys[(int) n1]) >>> 63);
                i2 = 2 * i2 + (int) (((n2 >> 32) - keys[(int) n2]) >>> 63);
                i3 = 2 * i3 + (int) (((n3 >> 32) - keys[(int) n3]) >>> 63);
            }
            places[tree] = b0 - size + i0;
            places[tree + 1] = b1 - size + i1;
            places[tree + 2] = b2 - size + i2;
            places[tree + 3] = b3 - size + i3;
        }
        for (; tree < trees; tree++) {
            int base = tree << depth;
            places[tree] = base - size + bottomOf(base, keys);
        }
    }

    private int bottomOf(int base, int[] keys) {
        int i = 1;
        for (int level = depth; level > 0; level--) {
            long node = nodes[base + i];
            i = 2 * i + (int) (((node >> 32) - keys[(int) node]) >>> 63);
        }
        return i;
    }

    @Override
    public int places() {
        return leaves.length;
    }

    @Override
    public int leafAt(int place) {
        return leaves[place];
    }

    @Override
    public long bytes() {
        return 12L * nodes.length;
    }
}

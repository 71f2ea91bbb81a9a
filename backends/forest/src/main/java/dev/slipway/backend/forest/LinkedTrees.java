package dev.slipway.backend.forest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Trees of any depth and with categories. A leaf leads to itself, so that walks of different lengths may go side by side. */
final class LinkedTrees implements Walk {
    private final int slots;
    private final int[] roots;
    private final int[] depths;
    private final boolean[] hasCategories;
    /** Threshold in the upper half, slot in the lower one; of categories the number of their set, and the slot's complement. */
    private final long[] nodes;

    /** Of node i at 2i the left one, at 2i + 1 the right one. */
    private final int[] children;

    private final int[] leaves;
    private final int[][] sets;

    LinkedTrees(List<Tree> trees, int[] depths, Slots.Finder finder) {
        this.depths = depths;
        roots = new int[trees.size()];
        hasCategories = new boolean[trees.size()];
        int count = trees.stream().mapToInt(Tree::nodes).sum();
        nodes = new long[count];
        children = new int[2 * count];
        leaves = new int[count];
        List<int[]> found = new ArrayList<>();
        int base = 0;
        for (int number = 0; number < roots.length; number++) {
            Tree tree = trees.get(number);
            int[] order = order(tree);
            roots[number] = base;
            for (int node = 0; node < order.length; node++) {
                if (order[node] >= 0) {
                    hasCategories[number] |= add(tree, node, base, order, new Target(finder, found));
                }
            }
            base += tree.nodes();
        }
        sets = found.toArray(new int[0][]);
        slots = finder.slots().count();
    }

    private record Target(Slots.Finder finder, List<int[]> sets) {}

    /** Of each node: its place, such that a parent's children lie close to it; -1 where no way leads. */
    private static int[] order(Tree tree) {
        int[] order = new int[tree.nodes()];
        Arrays.fill(order, -1);
        int[] queue = new int[tree.nodes()];
        int tail = 0;
        queue[tail++] = 0;
        order[0] = 0;
        for (int head = 0; head < tail; head++) {
            int node = queue[head];
            if (tree.kind(node) != Tree.LEAF) {
                for (int child : new int[] {tree.left(node), tree.right(node)}) {
                    if (order[child] < 0) {
                        order[child] = tail;
                        queue[tail++] = child;
                    }
                }
            }
        }
        return order;
    }

    /** Whether it is a split of categories. */
    private boolean add(Tree tree, int node, int base, int[] order, Target target) {
        int at = base + order[node];
        byte kind = tree.kind(node);
        if (kind == Tree.LEAF) {
            children[2 * at] = at;
            children[2 * at + 1] = at;
            leaves[at] = tree.leafNumber(node);
            return false;
        }
        children[2 * at] = base + order[tree.left(node)];
        children[2 * at + 1] = base + order[tree.right(node)];
        int slot = target.finder().slot(tree, node);
        if (kind == Tree.CATEGORY) {
            nodes[at] = (long) target.sets().size() << 32 | (~slot & 0xFFFF_FFFFL);
            target.sets().add(tree.set(node));
            return true;
        }
        nodes[at] = (long) target.finder().threshold(tree, node) << 32 | slot;
        return false;
    }

    @Override
    public void down(int tree, int[] keys, int rows, int[] places) {
        if (hasCategories[tree]) {
            for (int row = 0; row < rows; row++) {
                places[row] = end(tree, keys, (row & -Slots.LANES) * slots + (row & Slots.LANES - 1));
            }
            return;
        }
        for (int row = 0; row < rows; row += Slots.LANES) {
            four(tree, keys, row * slots, places, row);
            four(tree, keys, row * slots + 4, places, row + 4);
        }
    }

    /** Rows that stand side by side, from {@code key} on. */
    private void four(int tree, int[] keys, int key, int[] places, int row) {
        int i0 = roots[tree];
        int i1 = i0;
        int i2 = i0;
        int i3 = i0;
        for (int level = depths[tree]; level > 0; level--) {
            long n0 = nodes[i0];
            long n1 = nodes[i1];
            long n2 = nodes[i2];
            long n3 = nodes[i3];
            i0 = children[2 * i0 + (int) (((n0 >> 32) - keys[key + (int) n0]) >>> 63)];
            i1 = children[2 * i1 + (int) (((n1 >> 32) - keys[key + (int) n1 + 1]) >>> 63)];
            i2 = children[2 * i2 + (int) (((n2 >> 32) - keys[key + (int) n2 + 2]) >>> 63)];
            i3 = children[2 * i3 + (int) (((n3 >> 32) - keys[key + (int) n3 + 3]) >>> 63)];
        }
        places[row] = i0;
        places[row + 1] = i1;
        places[row + 2] = i2;
        places[row + 3] = i3;
    }

    @Override
    public void down(int[] keys, int[] places) {
        int tree = 0;
        for (; tree + 4 <= roots.length; tree += 4) {
            if (hasCategories[tree] || hasCategories[tree + 1] || hasCategories[tree + 2] || hasCategories[tree + 3]) {
                for (int one = tree; one < tree + 4; one++) {
                    places[one] = end(one, keys, 0);
                }
            } else {
                fourTrees(tree, keys, places);
            }
        }
        for (; tree < roots.length; tree++) {
            places[tree] = end(tree, keys, 0);
        }
    }

    private void fourTrees(int tree, int[] keys, int[] places) {
        int i0 = roots[tree];
        int i1 = roots[tree + 1];
        int i2 = roots[tree + 2];
        int i3 = roots[tree + 3];
        int levels = Math.max(Math.max(depths[tree], depths[tree + 1]), Math.max(depths[tree + 2], depths[tree + 3]));
        for (int level = levels; level > 0; level--) {
            long n0 = nodes[i0];
            long n1 = nodes[i1];
            long n2 = nodes[i2];
            long n3 = nodes[i3];
            i0 = children[2 * i0 + (int) (((n0 >> 32) - keys[(int) n0]) >>> 63)];
            i1 = children[2 * i1 + (int) (((n1 >> 32) - keys[(int) n1]) >>> 63)];
            i2 = children[2 * i2 + (int) (((n2 >> 32) - keys[(int) n2]) >>> 63)];
            i3 = children[2 * i3 + (int) (((n3 >> 32) - keys[(int) n3]) >>> 63)];
        }
        places[tree] = i0;
        places[tree + 1] = i1;
        places[tree + 2] = i2;
        places[tree + 3] = i3;
    }

    private int end(int tree, int[] keys, int offset) {
        int i = roots[tree];
        for (int level = depths[tree]; level > 0; level--) {
            long node = nodes[i];
            int slot = (int) node;
            int side = slot >= 0
                    ? (int) (((node >> 32) - keys[offset + slot]) >>> 63)
                    : sideOf(sets[(int) (node >> 32)], keys[offset + ~slot]);
            int next = children[2 * i + side];
            if (next == i) {
                return i;
            }
            i = next;
        }
        return i;
    }

    private static int sideOf(int[] set, int category) {
        if (category < 0) {
            return category == Slots.MISSING_CATEGORY_LEFT ? 0 : 1;
        }
        int word = category >>> 5;
        return word < set.length && (set[word] >>> (category & 31) & 1) != 0 ? 0 : 1;
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
        return 20L * nodes.length
                + Arrays.stream(sets).mapToLong(set -> 16 + 4L * set.length).sum();
    }
}

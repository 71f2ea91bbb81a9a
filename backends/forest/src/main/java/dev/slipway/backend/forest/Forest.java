package dev.slipway.backend.forest;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;

import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import java.util.List;

/**
 * Decision trees in flat arrays, and the walks of rows down to their leaves. What leaves are worth, and in which order that is
 * added up, is for a {@link LeafSum} to say, since it differs from library to library. Immutable.
 */
public final class Forest {
    /** Numbers of a block of rows, such that they stay in the first-level cache. */
    private static final int BLOCK_KEYS = 4096;

    private static final int BLOCK_ROWS_MAX = 128;
    /** Padding to perfect form may take so many times the nodes that there are. */
    private static final int PADDING_MAX = 6;

    private static final long PLACES_MAX = 1 << 27;

    private final int trees;
    private final Slots slots;
    private final Walk walk;

    private Forest(int trees, Slots slots, Walk walk) {
        this.trees = trees;
        this.slots = slots;
        this.walk = walk;
    }

    /**
     * @param isDouble whether features and thresholds are compared as float64, else as float32
     * @throws SlipwayException {@code INVALID_ARGUMENT} where one is no tree
     */
    public static Forest of(List<Tree> trees, boolean isDouble) {
        Plan plan = Plan.of(trees);
        Slots.Finder finder = new Slots.Finder(isDouble, trees);
        Walk walk = plan.isPerfect()
                ? new PerfectTrees(trees, plan.deepest(), finder)
                : new LinkedTrees(trees, plan.depths(), finder);
        return new Forest(trees.size(), finder.slots(), walk);
    }

    /**
     * Bytes that a forest of these trees holds, about, with a value of 4 bytes for each leaf; without making it.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} where one is no tree
     */
    public static long bytesOf(List<Tree> trees) {
        Plan plan = Plan.of(trees);
        return plan.isPerfect() ? 16L * (trees.size() << plan.deepest()) : 24L * plan.nodes();
    }

    /** How trees are to be laid out. */
    @SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
    private record Plan(int[] depths, int deepest, long nodes, boolean isPerfect) {
        static Plan of(List<Tree> trees) {
            int[] depths = trees.stream().mapToInt(Tree::depth).toArray();
            int deepest = 1;
            long nodes = 0;
            boolean hasCategories = false;
            for (int number = 0; number < depths.length; number++) {
                deepest = Math.max(deepest, depths[number]);
                Tree tree = trees.get(number);
                nodes += tree.nodes();
                for (int node = 0; node < tree.nodes(); node++) {
                    hasCategories |= tree.kind(node) == Tree.CATEGORY;
                }
            }
            boolean isPerfect = !hasCategories
                    && deepest <= PerfectTrees.DEPTH_MAX
                    && (long) trees.size() << deepest <= Math.min(PADDING_MAX * nodes, PLACES_MAX);
            return new Plan(depths, deepest, nodes, isPerfect);
        }
    }

    /** How many trees there are. */
    public int trees() {
        return trees;
    }

    /** How many columns a row must have at least. */
    public int featuresMin() {
        return slots.featuresMin();
    }

    /** How many places rows may end in. */
    public int places() {
        return walk.places();
    }

    /** The number of the leaf at a place; any where no row can end. */
    public int leafAt(int place) {
        return walk.leafAt(place);
    }

    /** Bytes that it holds, about. */
    public long bytes() {
        return slots.bytes() + walk.bytes();
    }

    /**
     * Sends rows down all trees.
     *
     * @param rows of at least {@link #featuresMin()} columns
     * @throws SlipwayException {@code DEADLINE_EXCEEDED} when the deadline passes meanwhile
     */
    public void run(Rows rows, LeafSum sum, Deadline deadline) {
        int width = slots.count();
        if (rows.count() == 1) {
            int[] keys = new int[width * Slots.LANES];
            int[] places = new int[trees];
            slots.fill(rows, 0, 1, keys);
            walk.down(keys, places);
            sum.addAll(places);
            return;
        }
        int block = Math.max(Slots.LANES, Math.min(BLOCK_ROWS_MAX, BLOCK_KEYS / width & -Slots.LANES));
        block = Math.min(block, (rows.count() + Slots.LANES - 1) & -Slots.LANES);
        int[] keys = new int[block * width];
        int[] places = new int[block];
        for (int first = 0; first < rows.count(); first += block) {
            if (deadline.isExpired(System.nanoTime())) {
                throw new SlipwayException(
                        DEADLINE_EXCEEDED,
                        "the run was stopped at row %d of %d: its deadline has passed".formatted(first, rows.count()));
            }
            int count = Math.min(block, rows.count() - first);
            slots.fill(rows, first, count, keys);
            for (int tree = 0; tree < trees; tree++) {
                walk.down(tree, keys, count, places);
                sum.add(tree, first, count, places);
            }
        }
    }
}

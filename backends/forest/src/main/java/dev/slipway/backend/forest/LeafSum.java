package dev.slipway.backend.forest;

/** Takes the leaves that rows end in, and adds up what these are worth. For one run, by one thread. */
public interface LeafSum {
    /**
     * Rows that ended in leaves of one tree; called in the trees' order for the same rows.
     *
     * @param first the first of the rows
     * @param places where the rows ended, from index 0
     */
    void add(int tree, int first, int rows, int[] places);

    /**
     * The only row, that ended in leaves of all trees.
     *
     * @param places where it ended, by tree
     */
    void addAll(int[] places);
}

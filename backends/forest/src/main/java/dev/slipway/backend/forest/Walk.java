package dev.slipway.backend.forest;

/** Finds the leaves of rows. A leaf has a place of its own in the layout: {@link #leafAt} tells which it is. */
interface Walk {
    /**
     * Some rows down one tree.
     *
     * @param keys of the rows, as {@link Slots} makes them
     * @param places where they end, by row; room for whole groups of {@link Slots#LANES}
     */
    void down(int tree, int[] keys, int rows, int[] places);

    /** One row down all trees; where it ends, by tree. */
    void down(int[] keys, int[] places);

    int places();

    /** The number of the leaf at a place. */
    int leafAt(int place);

    long bytes();
}

package dev.slipway.core.batching;

/**
 * Keeps batches small enough for a latency objective where the learnt costs are wrong: the largest batch grows by a row
 * with each batch that took no longer than it was to, and shrinks by a third with each that did. Any thread.
 *
 * @see <a href="https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/crankshaw">Clipper, section
 *     4.3: additive increase, multiplicative decrease of the batch size</a>
 */
final class Objective {
    private static final int ROWS_MAX = 1 << 16;

    private int rowsMax = ROWS_MAX;

    /** Rows of a batch at most. */
    synchronized int rowsMax() {
        return rowsMax;
    }

    /** A batch of {@code rows} has ended after {@code nanos}, and was made small enough for {@code nanosMax}. */
    synchronized void ended(int rows, long nanos, long nanosMax) {
        if (nanos > nanosMax) {
            rowsMax = Math.max(1, Math.min(rowsMax, rows) * 2 / 3);
        } else if (rows >= rowsMax) {
            rowsMax = Math.min(ROWS_MAX, rowsMax + 1);
        }
    }
}

package dev.slipway.core.batching;

import java.time.Duration;

/**
 * Which requests run together.
 *
 * @param mode who says whether rows may be joined
 * @param rowsMax rows of one run at most; 0 for no bound but the learnt one
 * @param waitMax how long the oldest request may wait for others although the model is idle; zero for not at all
 * @param sizes which numbers of rows are wanted
 * @param splitsLarge whether a request of more than {@code rowsMax} rows runs in parts; else it is refused
 */
public record Joining(Mode mode, int rowsMax, Duration waitMax, BatchSizes sizes, boolean splitsLarge) {
    /** Joins what was seen to be independent, as many rows as pay. */
    public static final Joining LEARNT = new Joining(Mode.LEARNT, 0, Duration.ZERO, BatchSizes.ANY, true);

    /** Each request runs by itself. */
    public static final Joining OFF = new Joining(Mode.OFF, 0, Duration.ZERO, BatchSizes.ANY, true);

    /** Who says whether rows may be joined. */
    public enum Mode {
        /** No joining. */
        OFF,
        /** Rows are joined once joined runs have answered what single runs do. */
        LEARNT,
        /** Somebody has said that rows are independent. */
        TRUSTED
    }

    public Joining {
        if (rowsMax < 0) {
            throw new IllegalArgumentException("rowsMax: %d (expected: >= 0)".formatted(rowsMax));
        }
        if (waitMax.isNegative()) {
            throw new IllegalArgumentException("waitMax: %s (expected: >= 0)".formatted(waitMax));
        }
        int largest = sizes.largestAllowed();
        if (largest > 0 && rowsMax > 0 && largest != rowsMax) {
            throw new IllegalArgumentException(
                    "allowed sizes end with %d (expected: rowsMax, %d)".formatted(largest, rowsMax));
        }
    }

    /** Whether batches wait to be filled; else an idle model never waits. */
    boolean waits() {
        return !waitMax.isZero();
    }
}

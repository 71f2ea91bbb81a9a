package dev.slipway.core.batching;

import java.time.Duration;

/**
 * Which requests run together.
 *
 * @param mode who says whether rows may be joined
 * @param rowsMax rows of one run at most; 0 for the largest allowed size, or where there is none no bound but the learnt
 *     one
 * @param waitMax how long the oldest request may wait for others although the model is idle; zero for not at all
 * @param sizes which numbers of rows are wanted
 * @param splitsLarge whether a request of more than {@code rowsMax} rows runs in parts, or whole while its rows are not
 *     known to be independent; else it is refused
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
        if (largest > 0 && rowsMax == 0) {
            rowsMax = largest;
        }
        if (largest > 0 && largest != rowsMax) {
            throw new IllegalArgumentException(
                    "allowed sizes end with %d (expected: rowsMax, %d)".formatted(largest, rowsMax));
        }
        if (rowsMax > 0 && sizes.largestPreferred() > rowsMax) {
            throw new IllegalArgumentException("preferred sizes end with %d (expected: at most rowsMax, %d)"
                    .formatted(sizes.largestPreferred(), rowsMax));
        }
    }

    /** Whether a request of {@code rows} rows has to run in parts. */
    boolean isLarge(int rows) {
        return rowsMax > 0 && rows > rowsMax;
    }

    /** Rows that are added when {@code rows} rows, more than {@code rowsMax}, run in parts: only the last may be short. */
    int paddingOfParts(int rows) {
        int last = (rows - 1) % rowsMax + 1;
        return sizes.padded(last) - last;
    }

    /** Whether batches wait to be filled; else an idle model never waits. */
    boolean waits() {
        return !waitMax.isZero();
    }
}

package dev.slipway.core.batching;

import java.util.List;

/**
 * Which numbers of rows a run should have.
 *
 * @param allowed the only ones, rising; a run of another number is padded with copies of its first row to the next
 *     larger one, once rows may be joined. Empty for any
 * @param preferred those at which a waiting batch is let go, rising; empty for none
 * @param padsShapes whether inputs of different inner shapes are padded to the largest, so that they can be joined; the
 *     padding repeats each input's first element, as in TensorFlow Serving
 */
public record BatchSizes(List<Integer> allowed, List<Integer> preferred, boolean padsShapes) {
    /** Any number will do. */
    public static final BatchSizes ANY = new BatchSizes(List.of(), List.of(), false);

    public BatchSizes {
        allowed = List.copyOf(allowed);
        preferred = List.copyOf(preferred);
        requireRising("allowed", allowed);
        requireRising("preferred", preferred);
    }

    private static void requireRising(String name, List<Integer> sizes) {
        int before = 0;
        for (int size : sizes) {
            if (size <= before) {
                throw new IllegalArgumentException("%s: %s (expected: >= 1, rising)".formatted(name, sizes));
            }
            before = size;
        }
    }

    /** 0 when any size is allowed. */
    int largestAllowed() {
        return allowed.isEmpty() ? 0 : allowed.get(allowed.size() - 1);
    }

    /** 0 when none is preferred. */
    int largestPreferred() {
        return preferred.isEmpty() ? 0 : preferred.get(preferred.size() - 1);
    }

    /** The smallest allowed size that holds {@code rows}; {@code rows} itself when there is none. */
    int padded(int rows) {
        for (int size : allowed) {
            if (size >= rows) {
                return size;
            }
        }
        return rows;
    }

    /** The largest preferred size within {@code rows}; 0 when there is none. */
    int preferredWithin(int rows) {
        int best = 0;
        for (int size : preferred) {
            if (size <= rows) {
                best = size;
            }
        }
        return best;
    }
}

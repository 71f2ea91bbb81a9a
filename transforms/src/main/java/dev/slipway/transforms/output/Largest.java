package dev.slipway.transforms.output;

/** Keeps the largest of the numbers that it is offered, largest first, the earlier before an equal one. For one thread. */
final class Largest {
    private final double[] scores;
    private final int[] places;
    private int kept;

    Largest(int count) {
        scores = new double[count];
        places = new int[count];
    }

    int count() {
        return scores.length;
    }

    void clear() {
        kept = 0;
    }

    void offer(int place, double score) {
        if (kept == scores.length) {
            if (kept == 0 || !ArgMax.isLarger(score, scores[kept - 1])) {
                return;
            }
        } else {
            kept++;
        }
        int at = firstSmaller(score);
        System.arraycopy(scores, at, scores, at + 1, kept - 1 - at);
        System.arraycopy(places, at, places, at + 1, kept - 1 - at);
        scores[at] = score;
        places[at] = place;
    }

    private int firstSmaller(double score) {
        int low = 0;
        int high = kept - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ArgMax.isLarger(score, scores[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The {@code rank}th largest, from 0. */
    double score(int rank) {
        return scores[rank];
    }

    int place(int rank) {
        return places[rank];
    }
}

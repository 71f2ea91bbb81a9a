package dev.slipway.transforms.image;

/**
 * How much each pixel along one axis counts for each resized one, in whole numbers, as Pillow has it.
 *
 * @see <a href="https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c">Pillow: Resample.c</a>
 */
final class Weights {
    /** Bits behind the point: sums of 8 bits, of either sign, fit 32. */
    static final int BITS = 32 - 8 - 2;

    private final int[] starts;
    private final int[] counts;
    private final int[] weights;

    /** Weights kept for each resized pixel. */
    private final int stride;

    /**
     * @param from pixels of the picture
     * @param to pixels that all of it would become
     * @param first of those, the first that is needed
     * @param count how many are needed
     */
    Weights(Interpolation interpolation, int from, int to, int first, int count) {
        double scale = (double) from / to;
        double stretch = Math.max(1, scale);
        double support = interpolation.support() * stretch;
        this.stride = Math.min((int) Math.ceil(support) * 2 + 1, from);
        this.starts = new int[count];
        this.counts = new int[count];
        this.weights = new int[Math.multiplyExact(count, stride)];
        double[] row = new double[stride];
        for (int i = 0; i < count; i++) {
            double center = (first + i + 0.5) * scale;
            int start = Math.max(0, (int) (center - support + 0.5));
            int end = Math.min(from, (int) (center + support + 0.5));
            starts[i] = start;
            counts[i] = end - start;
            double sum = 0;
            for (int x = 0; x < counts[i]; x++) {
                row[x] = interpolation.weight((x + start - center + 0.5) * (1 / stretch));
                sum += row[x];
            }
            for (int x = 0; x < counts[i]; x++) {
                double weight = (sum == 0 ? row[x] : row[x] / sum) * (1 << BITS);
                weights[i * stride + x] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }
    }

    int count() {
        return starts.length;
    }

    int start(int i) {
        return starts[i];
    }

    int count(int i) {
        return counts[i];
    }

    /** The weight of the pixel {@code x} after the first that counts. */
    int weight(int i, int x) {
        return weights[i * stride + x];
    }

    /** The first pixel that counts for any. */
    int first() {
        return starts[0];
    }

    /** The pixel after the last that counts for any. */
    int end() {
        int last = starts.length - 1;
        return starts[last] + counts[last];
    }
}

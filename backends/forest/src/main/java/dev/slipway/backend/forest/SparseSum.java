package dev.slipway.backend.forest;

import java.util.Arrays;

/** Adds up leaves of any number of values, each of an output of its own; in float32 or float64, in the order of the trees. */
public final class SparseSum implements LeafSum {
    private final Values values;
    private final int width;
    private final float[] floats;
    private final double[] doubles;

    /**
     * What leaves are worth.
     *
     * @param starts by place, and one more: where its values start
     * @param outputs of each value
     */
    @SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
    public record Values(int[] starts, int[] outputs, double[] values) {
        /** By place, of what is by leaf. */
        public Values arranged(Forest forest) {
            int[] placed = new int[forest.places() + 1];
            for (int place = 0; place < forest.places(); place++) {
                int leaf = forest.leafAt(place);
                placed[place + 1] = placed[place] + starts[leaf + 1] - starts[leaf];
            }
            int[] to = new int[placed[placed.length - 1]];
            double[] worth = new double[to.length];
            for (int place = 0; place < forest.places(); place++) {
                int leaf = forest.leafAt(place);
                int count = starts[leaf + 1] - starts[leaf];
                System.arraycopy(outputs, starts[leaf], to, placed[place], count);
                System.arraycopy(values, starts[leaf], worth, placed[place], count);
            }
            return new Values(placed, to, worth);
        }
    }

    private SparseSum(Values values, int width, float[] floats, double[] doubles) {
        this.values = values;
        this.width = width;
        this.floats = floats;
        this.doubles = doubles;
    }

    /** @param sums of the rows, one after the other; added to */
    public static SparseSum of(Values values, int width, float[] sums) {
        return new SparseSum(values, width, sums, new double[0]);
    }

    /** @param sums of the rows, one after the other; added to */
    public static SparseSum of(Values values, int width, double[] sums) {
        return new SparseSum(values, width, new float[0], sums);
    }

    @Override
    public void add(int tree, int first, int rows, int[] places) {
        for (int row = 0; row < rows; row++) {
            add((first + row) * width, places[row]);
        }
    }

    @Override
    public void addAll(int[] places) {
        Arrays.stream(places).forEach(place -> add(0, place));
    }

    private void add(int at, int place) {
        int end = values.starts()[place + 1];
        for (int i = values.starts()[place]; i < end; i++) {
            int output = at + values.outputs()[i];
            if (doubles.length == 0) {
                floats[output] += (float) values.values()[i];
            } else {
                doubles[output] += values.values()[i];
            }
        }
    }
}

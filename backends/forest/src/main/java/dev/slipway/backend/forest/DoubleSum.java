package dev.slipway.backend.forest;

/** Adds float64 to float64, in the order of the trees: each leaf has one value, each tree one output. */
public final class DoubleSum implements LeafSum {
    private final double[] values;
    private final int[] outputs;
    private final int width;
    private final double[] sums;

    /**
     * @param values by place
     * @param outputs by tree
     * @param sums of the rows, one after the other, with what sums begin with; added to
     */
    public DoubleSum(double[] values, int[] outputs, int width, double[] sums) {
        this.values = values;
        this.outputs = outputs;
        this.width = width;
        this.sums = sums;
    }

    /** The values of leaves, by place. */
    public static double[] arrange(Forest forest, double[] byLeaf) {
        double[] values = new double[forest.places()];
        for (int place = 0; place < values.length; place++) {
            values[place] = byLeaf[forest.leafAt(place)];
        }
        return values;
    }

    @Override
    public void add(int tree, int first, int rows, int[] places) {
        int at = first * width + outputs[tree];
        for (int row = 0; row < rows; row++) {
            sums[at] += values[places[row]];
            at += width;
        }
    }

    @Override
    public void addAll(int[] places) {
        if (width == 1) {
            double sum = sums[0];
            for (int place : places) {
                sum += values[place];
            }
            sums[0] = sum;
            return;
        }
        for (int tree = 0; tree < places.length; tree++) {
            sums[outputs[tree]] += values[places[tree]];
        }
    }
}

package dev.slipway.backend.forest;

/** Adds float32 to float32, in the order of the trees: each leaf has one value, each tree one output. */
public final class FloatSum implements LeafSum {
    private final float[] values;
    private final int[] outputs;
    private final int width;
    private final float[] sums;

    /**
     * @param values by place
     * @param outputs by tree
     * @param sums of the rows, one after the other, with what sums begin with; added to
     */
    public FloatSum(float[] values, int[] outputs, int width, float[] sums) {
        this.values = values;
        this.outputs = outputs;
        this.width = width;
        this.sums = sums;
    }

    /** The values of leaves, by place. */
    public static float[] arrange(Forest forest, float[] byLeaf) {
        float[] values = new float[forest.places()];
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
            float sum = sums[0];
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

package dev.slipway.backend.trees;

/**
 * Leaves that are linear functions of features.
 *
 * @param constants by leaf
 * @param starts by leaf, and one more: where its coefficients start
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
record LinearLeaves(double[] constants, int[] starts, int[] features, double[] coefficients) {
    static LinearLeaves of(LightgbmFields fields, int leaves, int columns) {
        int[] counts = fields.ints("num_features", leaves, false);
        int total = fields.sum("leaf_features", counts);
        int[] starts = new int[leaves + 1];
        for (int leaf = 0; leaf < leaves; leaf++) {
            starts[leaf + 1] = starts[leaf] + counts[leaf];
        }
        int[] features = fields.ints("leaf_features", total, false);
        for (int feature : features) {
            if (feature < 0 || feature >= columns) {
                throw fields.bytes()
                        .broken(
                                "%s with leaf_features %d".formatted(fields.section(), feature),
                                "0 to " + (columns - 1));
            }
        }
        return new LinearLeaves(
                fields.doubles("leaf_const", leaves), starts, features, fields.doubles("leaf_coeff", total));
    }
}

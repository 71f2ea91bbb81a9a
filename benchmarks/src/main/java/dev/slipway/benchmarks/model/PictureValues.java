package dev.slipway.benchmarks.model;

import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * Returns the first values of a picture, as a classifier answers probabilities: what is left is what the wire form costs.
 *
 * @param name as served
 * @param side pixels in a row and in a column; each pixel has three values
 * @param outputs values returned
 */
record PictureValues(String name, int side, int outputs) implements Generated {
    private static final int CHANNELS = 3;
    private static final float MEAN = 0.485f;
    private static final float DEVIATION = 0.229f;

    @Override
    public byte[] model() {
        return new OnnxGraph()
                .integers("begin", 0)
                .integers("end", outputs)
                .integers("axis", 1)
                .node("Flatten", List.of("x"), "flat")
                .node("Slice", List.of("flat", "begin", "end", "axis"), "y")
                .model(List.of(side, side, CHANNELS), outputs);
    }

    /** Pixels as they are normalised for ImageNet's networks: in text most of them have nine digits. */
    @Override
    public Workload workload() {
        int count = side * side * CHANNELS;
        List<Float> values = new ArrayList<>(count);
        for (int at = 0; at < count; at++) {
            values.add((at * 31 % 256 / 255f - MEAN) / DEVIATION);
        }
        List<Long> shape = List.of(1L, (long) side, (long) side, (long) CHANNELS);
        return new Workload(name, new Tensor("x", shape, values), Tensor.row("y", values.subList(0, outputs)));
    }
}

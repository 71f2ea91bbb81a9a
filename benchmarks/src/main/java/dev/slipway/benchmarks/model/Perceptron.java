package dev.slipway.benchmarks.model;

import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A network of dense layers with ReLU between them and random weights, always the same.
 *
 * @param name as served
 * @param widths of the input, the hidden layers and the output; at least two
 * @param repeats how often the second weight matrix is applied: compute without bytes
 */
record Perceptron(String name, List<Integer> widths, int repeats) implements Generated {
    private static final long SEED = 20_261_121;

    /** One weight matrix {@code [from, to]}, row-major, and its bias. */
    private static final class Layer {
        private final int from;
        private final int to;
        private final float[] weights;
        private final float[] bias;

        private Layer(int from, int to, float[] weights, float[] bias) {
            this.from = from;
            this.to = to;
            this.weights = weights;
            this.bias = bias;
        }

        static Layer random(int from, int to, Random random) {
            // As He et al. start a network with ReLU: values neither vanish nor grow from layer to layer.
            double scale = Math.sqrt(2.0 / from);
            float[] weights = new float[from * to];
            for (int at = 0; at < weights.length; at++) {
                weights[at] = (float) (random.nextGaussian() * scale);
            }
            float[] bias = new float[to];
            for (int at = 0; at < to; at++) {
                bias[at] = (float) (random.nextGaussian() * 0.01);
            }
            return new Layer(from, to, weights, bias);
        }

        double[] apply(double[] input, boolean relu) {
            double[] output = new double[to];
            for (int column = 0; column < to; column++) {
                double sum = bias[column];
                for (int row = 0; row < from; row++) {
                    sum += input[row] * weights[row * to + column];
                }
                output[column] = relu ? Math.max(0, sum) : sum;
            }
            return output;
        }
    }

    @Override
    public byte[] model() {
        OnnxGraph graph = new OnnxGraph();
        List<Layer> layers = layers();
        for (int at = 0; at < layers.size(); at++) {
            Layer layer = layers.get(at);
            graph.floats("w" + at, List.of(layer.from, layer.to), layer.weights);
            graph.floats("b" + at, List.of(layer.to), layer.bias);
        }
        String last = "x";
        List<Integer> order = order();
        for (int step = 0; step < order.size(); step++) {
            int at = order.get(step);
            boolean isLast = step == order.size() - 1;
            graph.node("Gemm", List.of(last, "w" + at, "b" + at), isLast ? "y" : "h" + step);
            last = "r" + step;
            if (!isLast) {
                graph.node("Relu", List.of("h" + step), last);
            }
        }
        return graph.model(widths.get(0), widths.get(widths.size() - 1));
    }

    @Override
    public Workload workload() {
        Random random = new Random(SEED + 1);
        List<Float> row = new ArrayList<>();
        for (int at = 0; at < widths.get(0); at++) {
            row.add((float) random.nextGaussian());
        }
        double[] values = row.stream().mapToDouble(Float::doubleValue).toArray();
        List<Layer> layers = layers();
        List<Integer> order = order();
        for (int step = 0; step < order.size(); step++) {
            values = layers.get(order.get(step)).apply(values, step < order.size() - 1);
        }
        List<Float> expected = new ArrayList<>();
        for (double value : values) {
            expected.add((float) value);
        }
        return new Workload(name, Tensor.row("x", row), Tensor.row("y", expected));
    }

    private List<Layer> layers() {
        Random random = new Random(SEED);
        List<Layer> layers = new ArrayList<>();
        for (int at = 1; at < widths.size(); at++) {
            layers.add(Layer.random(widths.get(at - 1), widths.get(at), random));
        }
        return layers;
    }

    /** Which layer each step applies. */
    private List<Integer> order() {
        List<Integer> order = new ArrayList<>();
        for (int at = 0; at < widths.size() - 1; at++) {
            for (int repeat = 0; repeat < (at == 1 ? repeats : 1); repeat++) {
                order.add(at);
            }
        }
        return order;
    }
}

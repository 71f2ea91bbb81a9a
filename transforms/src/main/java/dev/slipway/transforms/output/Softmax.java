package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes probabilities of scores along the last axis: {@code exp(x - max) / sum}, in float64, rounded once to the output's own
 * type, or to float32 for whole numbers. Each row sums to 1 within the rounding of its type. A row with a NaN, or with
 * positive infinity, is NaN throughout, as in NumPy and PyTorch.
 */
public record Softmax() implements OutputSettings.Operation {
    public static final String KEY = "softmax";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        ClassAxis axis = ClassAxis.of(in, KEY);
        DType to = Numbers.computed(in.dtype());
        return new OutputPart(new TensorSpec(in.name(), to, axis.shape()), true, tensor -> softmax(tensor, axis, to));
    }

    private static Tensor softmax(Tensor tensor, ClassAxis axis, DType to) {
        Shape shape = axis.shapeOf(tensor);
        ByteBuffer data = tensor.data();
        ByteBuffer made = Numbers.allocate(to, shape);
        double[] row = new double[(int) shape.dim(shape.rank() - 1)];
        int count = (int) shape.elementCount();
        for (int from = 0; from < count; from += row.length) {
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < row.length; i++) {
                row[i] = Numbers.get(tensor.dtype(), data, from + i);
                max = Math.max(max, row[i]);
            }
            double sum = 0;
            for (int i = 0; i < row.length; i++) {
                row[i] = Math.exp(row[i] - max);
                sum += row[i];
            }
            for (int i = 0; i < row.length; i++) {
                Numbers.put(to, made, from + i, row[i] / sum);
            }
        }
        return new Tensor(to, shape, made);
    }
}

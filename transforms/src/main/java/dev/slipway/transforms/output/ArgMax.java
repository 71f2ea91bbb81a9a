package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Says where along the last axis the largest number is, from 0: INT64, less that axis. Of equal ones the first counts; NaN is
 * larger than all numbers, as in NumPy and PyTorch.
 */
public record ArgMax() implements OutputSettings.Operation {
    public static final String KEY = "argmax";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        ClassAxis axis = ClassAxis.of(in, KEY);
        return new OutputPart(
                new TensorSpec(in.name(), DType.INT64, ClassAxis.less(axis.shape(), 1)),
                false,
                tensor -> largest(tensor, axis));
    }

    static Tensor largest(Tensor tensor, ClassAxis axis) {
        Shape shape = axis.shapeOf(tensor);
        int classes = (int) shape.dim(shape.rank() - 1);
        Shape less = ClassAxis.less(shape, 1);
        ByteBuffer made = Numbers.allocate(DType.INT64, less);
        if (classes == 0 && made.hasRemaining()) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "output '%s' is of shape %s (expected: at least one class)".formatted(axis.output(), shape));
        }
        ByteBuffer data = tensor.data();
        for (int from = 0; made.hasRemaining(); from += classes) {
            int best = 0;
            double most = Numbers.get(tensor.dtype(), data, from);
            for (int i = 1; i < classes; i++) {
                double number = Numbers.get(tensor.dtype(), data, from + i);
                if (isLarger(number, most)) {
                    best = i;
                    most = number;
                }
            }
            made.putLong(best);
        }
        return new Tensor(DType.INT64, less, made.flip());
    }

    /** NaN is larger than all numbers; zeros are equal. */
    static boolean isLarger(double one, double other) {
        return one > other || (Double.isNaN(one) && !Double.isNaN(other));
    }
}

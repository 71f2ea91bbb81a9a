package dev.slipway.transforms.output;

import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import org.jspecify.annotations.Nullable;

/** Lays what each row has side by side: {@code [rows, k]}; elements of any type stay where they are. */
public record Flatten() implements OutputSettings.Operation {
    public static final String KEY = "flatten";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        Shape shape = in.shape();
        if (in.sequence() || (!shape.isAnyRank() && shape.rank() == 0)) {
            throw Formulas.unfit(in, KEY, in.sequence() ? "a sequence" : "of shape " + shape, "one of rows");
        }
        long rows = shape.isAnyRank() ? -1 : shape.dim(0);
        Shape flat = Shape.of(rows, shape.isAnyRank() ? -1 : width(shape));
        return new OutputPart(new TensorSpec(in.name(), in.dtype(), flat), true, Flatten::flatten);
    }

    private static Tensor flatten(Tensor tensor) {
        Shape shape = tensor.shape();
        Shape flat = shape.rank() == 0 ? Shape.of(1, 1) : Shape.of(shape.dim(0), width(shape));
        return new Tensor(tensor.dtype(), flat, tensor.data());
    }

    /** Elements of one row; -1 when a size is open. */
    private static long width(Shape shape) {
        long width = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            if (shape.dim(axis) < 0) {
                return -1;
            }
            width = Math.multiplyExact(width, shape.dim(axis));
        }
        return width;
    }
}

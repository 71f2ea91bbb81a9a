package dev.slipway.transforms.output;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.Arrays;

/**
 * The axis of an output along which its classes lie: the last one, once axes of size 1 behind it are gone, of which networks
 * that end with a convolution have two. The first axis is the rows, and is never that one.
 *
 * @param output its name
 * @param dropped axes of size 1 at the end; -1 when only runs tell
 */
record ClassAxis(String output, Shape shape, int dropped) {
    /** @throws SlipwayException {@code FAILED_PRECONDITION} when there is none */
    static ClassAxis of(TensorSpec in, String operation) {
        Formulas.require(in, operation);
        Shape shape = in.shape();
        if (shape.isAnyRank()) {
            return new ClassAxis(in.name(), shape, -1);
        }
        if (shape.rank() < 2) {
            throw Formulas.unfit(in, operation, "of shape " + shape, "[rows, classes]");
        }
        int dropped = ones(shape);
        return new ClassAxis(in.name(), less(shape, dropped), dropped);
    }

    /** How many classes there are; -1 when only runs tell. */
    long count() {
        return shape.isAnyRank() ? -1 : shape.dim(shape.rank() - 1);
    }

    /** The shape of an answer, less what was dropped: its last axis is this one. */
    Shape shapeOf(Tensor tensor) {
        Shape found = tensor.shape();
        if (dropped < 0 && found.rank() < 2) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "output '%s' is of shape %s (expected: [rows, classes])".formatted(output, found));
        }
        return less(found, dropped < 0 ? ones(found) : dropped);
    }

    /** Another last axis in place of this one. */
    static Shape with(Shape shape, long size) {
        if (shape.isAnyRank()) {
            return shape;
        }
        long[] dims = shape.dims();
        dims[dims.length - 1] = size;
        return Shape.of(dims);
    }

    /** The shape less its last {@code axes}. */
    static Shape less(Shape shape, int axes) {
        return shape.isAnyRank() || axes == 0 ? shape : Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - axes));
    }

    private static int ones(Shape shape) {
        int ones = 0;
        while (shape.rank() - ones > 2 && shape.dim(shape.rank() - 1 - ones) == 1) {
            ones++;
        }
        return ones;
    }
}

package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What flows between layers.
 *
 * @param name in the ONNX graph
 * @param dtype of its elements
 * @param shape -1 for what is not known before a request
 * @param mask Boolean {@code [batch, time]}: which steps count; null where all do
 */
record Value(
        String name, DType dtype, Shape shape, @Nullable Value mask) {
    Value(String name, DType dtype, Shape shape) {
        this(name, dtype, shape, null);
    }

    int rank() {
        return shape.rank();
    }

    /** The size along an axis, counted from the end where it is negative. */
    long dim(int axis) {
        return shape.dim(axis < 0 ? axis + shape.rank() : axis);
    }

    Value masked(@Nullable Value other) {
        return new Value(name, dtype, shape, other);
    }
}

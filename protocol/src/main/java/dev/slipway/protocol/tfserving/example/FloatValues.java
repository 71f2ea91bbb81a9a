package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.json.NarrowFloat;
import java.nio.ByteBuffer;

/** Numbers of a tensor as the floats that answers carry; float64 is rounded to them. */
final class FloatValues {
    private final DType dtype;
    private final ByteBuffer data;

    /** @param tensor of a float dtype */
    FloatValues(Tensor tensor) {
        this.dtype = tensor.dtype();
        this.data = tensor.data();
    }

    float next() {
        return switch (dtype) {
            case FP32 -> data.getFloat();
            case FP64 -> (float) data.getDouble();
            case FP16 -> NarrowFloat.FP16.toFloat(data.getShort());
            case BF16 -> NarrowFloat.BF16.toFloat(data.getShort());
            default -> throw new IllegalStateException("dtype: %s (expected: a float)".formatted(dtype));
        };
    }
}

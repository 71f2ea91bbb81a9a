package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.NarrowFloat;
import dev.slipway.transforms.OutputPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.DoubleUnaryOperator;

/** Numbers of any type as doubles, which hold all of them exactly but whole ones beyond 2^53, which are rounded. */
final class Numbers {
    private Numbers() {}

    static boolean are(DType dtype) {
        return dtype.isFloat() || dtype.isInteger();
    }

    /** The type of what is computed: the same, or FP32 for whole numbers. */
    static DType computed(DType dtype) {
        return dtype.isFloat() ? dtype : DType.FP32;
    }

    static double get(DType dtype, ByteBuffer data, int index) {
        int at = index * dtype.byteSize();
        return switch (dtype) {
            case FP32 -> data.getFloat(at);
            case FP64 -> data.getDouble(at);
            case FP16 -> NarrowFloat.FP16.toFloat(data.getShort(at));
            case BF16 -> NarrowFloat.BF16.toFloat(data.getShort(at));
            case INT8 -> data.get(at);
            case UINT8, BOOL -> Byte.toUnsignedInt(data.get(at));
            case INT16 -> data.getShort(at);
            case UINT16 -> Short.toUnsignedInt(data.getShort(at));
            case INT32 -> data.getInt(at);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(at));
            case INT64 -> data.getLong(at);
            case UINT64 -> unsigned(data.getLong(at));
            case STRING, MAP -> throw new IllegalArgumentException("dtype: %s (expected: numbers)".formatted(dtype));
        };
    }

    private static double unsigned(long bits) {
        // Halved with its last bit kept, so that it is rounded once.
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /** @param dtype a float */
    static void put(DType dtype, ByteBuffer data, int index, double value) {
        int at = index * dtype.byteSize();
        switch (dtype) {
            case FP32 -> data.putFloat(at, (float) value);
            case FP64 -> data.putDouble(at, value);
            case FP16 -> data.putShort(at, NarrowFloat.FP16.round(value));
            case BF16 -> data.putShort(at, NarrowFloat.BF16.round(value));
            default -> throw new IllegalArgumentException("dtype: %s (expected: a float)".formatted(dtype));
        }
    }

    /** Zeroed memory. */
    static ByteBuffer allocate(DType dtype, Shape shape) {
        long bytes = Math.multiplyExact(shape.elementCount(), dtype.byteSize());
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s tensor of shape %s takes %d bytes (expected: below 2 GiB)".formatted(dtype, shape, bytes));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What makes one number of each, by itself. */
    static OutputPart each(TensorSpec in, String operation, DoubleUnaryOperator formula) {
        require(in, operation);
        DType from = in.dtype();
        DType to = computed(from);
        return new OutputPart(new TensorSpec(in.name(), to, in.shape()), true, tensor -> {
            ByteBuffer data = tensor.data();
            ByteBuffer made = allocate(to, tensor.shape());
            int count = (int) tensor.elementCount();
            for (int i = 0; i < count; i++) {
                put(to, made, i, formula.applyAsDouble(get(from, data, i)));
            }
            return new Tensor(to, tensor.shape(), made);
        });
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when an output is none of numbers, or a sequence */
    static void require(TensorSpec in, String operation) {
        if (!are(in.dtype()) || in.sequence()) {
            throw unfit(in, operation, "%s%s".formatted(in.sequence() ? "a sequence of " : "", in.dtype()), "numbers");
        }
    }

    static SlipwayException unfit(TensorSpec in, String operation, Object found, String expected) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "%s: output '%s' is %s (expected: %s)".formatted(operation, in.name(), found, expected));
    }
}

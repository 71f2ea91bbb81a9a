package dev.slipway.transforms;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.NarrowFloat;
import dev.slipway.protocol.wire.NumberElements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of any type as doubles, which hold all of them exactly but whole ones beyond 2^53, which are rounded. */
public final class Numbers {
    private Numbers() {}

    /** Whether elements are numbers; truths are none. */
    public static boolean are(DType dtype) {
        return dtype.isFloat() || dtype.isInteger();
    }

    /** The type of what is computed: the same, or FP32 for whole numbers. */
    public static DType computed(DType dtype) {
        return dtype.isFloat() ? dtype : DType.FP32;
    }

    /** The element at a place, counted from 0. */
    public static double get(DType dtype, ByteBuffer data, int index) {
        if (dtype.isFloat()) {
            return NumberElements.real(dtype, data, index);
        }
        if (dtype == DType.BOOL) {
            return data.get(data.position() + index);
        }
        long whole = NumberElements.whole(dtype, data, index);
        return dtype == DType.UINT64 ? unsigned(whole) : whole;
    }

    private static double unsigned(long bits) {
        // Halved with its last bit kept, so that it is rounded once.
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /**
     * Writes the nearest number that a type has, ties to even.
     *
     * @param value one that {@link #fits}
     */
    public static void put(DType dtype, ByteBuffer data, int index, double value) {
        int at = index * dtype.byteSize();
        switch (dtype) {
            case FP32 -> data.putFloat(at, (float) value);
            case FP64 -> data.putDouble(at, value);
            case FP16 -> data.putShort(at, NarrowFloat.FP16.round(value));
            case BF16 -> data.putShort(at, NarrowFloat.BF16.round(value));
            case INT8, UINT8, BOOL -> data.put(at, (byte) value);
            case INT16, UINT16 -> data.putShort(at, (short) (int) value);
            case INT32, UINT32 -> data.putInt(at, (int) (long) value);
            case INT64, UINT64 -> data.putLong(at, (long) value);
            case STRING, MAP -> throw new IllegalArgumentException("dtype: %s (expected: numbers)".formatted(dtype));
        }
    }

    /** Whether a type has a number, or, of floats, one near it. */
    public static boolean fits(DType dtype, double value) {
        if (dtype.isFloat()) {
            return !Double.isFinite(value) || Math.abs(value) < roundedToInfinity(dtype);
        }
        if (value != Math.rint(value)) {
            return false;
        }
        return switch (dtype) {
            case BOOL -> value == 0 || value == 1;
            case UINT8, UINT16, UINT32 -> value >= 0 && value < Math.scalb(1.0, 8 * dtype.byteSize());
            case INT8, INT16, INT32, INT64 -> Math.abs(value + 0.5) < Math.scalb(1.0, 8 * dtype.byteSize() - 1) + 0.5;
            case UINT64 -> value >= 0 && value < 0x1p63;
            default -> false;
        };
    }

    /** The least number that a float type rounds to infinity: half a place above its largest. */
    private static double roundedToInfinity(DType dtype) {
        return switch (dtype) {
            case FP16 -> 65520;
            case BF16 -> 0x1.FFp127;
            case FP32 -> 0x1.FFFFFFp127;
            default -> Double.POSITIVE_INFINITY;
        };
    }

    /** Zeroed memory. */
    public static ByteBuffer allocate(DType dtype, Shape shape) {
        long bytes = Math.multiplyExact(shape.elementCount(), dtype.byteSize());
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s tensor of shape %s takes %d bytes (expected: below 2 GiB)".formatted(dtype, shape, bytes));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

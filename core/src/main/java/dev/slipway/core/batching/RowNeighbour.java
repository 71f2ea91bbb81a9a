package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds another row beside which a row is tried: one that was asked for, or else one that is made from it. */
final class RowNeighbour {
    private RowNeighbour() {}

    /**
     * A row that differs from {@code row} and can be joined with it; null when there is none.
     *
     * @param row inputs of one row
     * @param seen inputs of one row of an earlier request; null for none
     */
    static @Nullable Map<String, Tensor> of(Map<String, Tensor> row, @Nullable Map<String, Tensor> seen) {
        if (seen != null && isAlike(row, seen) && differs(row, seen)) {
            return seen;
        }
        Map<String, Tensor> made = new LinkedHashMap<>();
        row.forEach((name, tensor) -> made.put(name, halved(tensor)));
        return differs(row, made) ? made : null;
    }

    private static boolean isAlike(Map<String, Tensor> row, Map<String, Tensor> other) {
        for (Map.Entry<String, Tensor> entry : row.entrySet()) {
            Tensor tensor = other.get(entry.getKey());
            if (tensor == null || !tensor.shape().equals(entry.getValue().shape())) {
                return false;
            }
        }
        return true;
    }

    private static boolean differs(Map<String, Tensor> row, Map<String, Tensor> other) {
        for (Map.Entry<String, Tensor> entry : row.entrySet()) {
            Tensor tensor = other.get(entry.getKey());
            if (tensor != null && !tensor.data().equals(entry.getValue().data())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same numbers in reverse order, each half as large: what a model takes it mostly takes halved too, and sums, means
     * and largest values become others. All zeros become one; text stays.
     */
    private static Tensor halved(Tensor tensor) {
        DType dtype = tensor.dtype();
        if (!dtype.isFixedSize()) {
            return tensor;
        }
        int size = dtype.byteSize();
        ByteBuffer from = tensor.data();
        int bytes = from.remaining();
        ByteBuffer to = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean isZero = true;
        for (int at = 0; at < bytes; at += size) {
            long bits = bits(from, bytes - size - at, size);
            isZero &= bits == 0;
            put(to, at, size, halved(dtype, bits));
        }
        if (isZero && bytes > 0) {
            put(to, 0, size, one(dtype));
        }
        return new Tensor(dtype, tensor.shape(), to);
    }

    /** The element's bits, the sign extended. */
    private static long bits(ByteBuffer data, int at, int size) {
        return switch (size) {
            case 1 -> data.get(at);
            case 2 -> data.getShort(at);
            case 4 -> data.getInt(at);
            default -> data.getLong(at);
        };
    }

    private static void put(ByteBuffer data, int at, int size, long bits) {
        switch (size) {
            case 1 -> data.put(at, (byte) bits);
            case 2 -> data.putShort(at, (short) bits);
            case 4 -> data.putInt(at, (int) bits);
            default -> data.putLong(at, bits);
        }
    }

    private static long halved(DType dtype, long bits) {
        return switch (dtype) {
            case FP16 -> exponentLess(bits, 10, 0x1f);
            case BF16 -> exponentLess(bits, 7, 0xff);
            case FP32 -> exponentLess(bits, 23, 0xff);
            case FP64 -> exponentLess(bits, 52, 0x7ff);
            case UINT8 -> (bits & 0xff) >> 1;
            case UINT16 -> (bits & 0xffff) >> 1;
            case UINT32 -> (bits & 0xffffffffL) >> 1;
            case UINT64 -> bits >>> 1;
            default -> bits / 2;
        };
    }

    /** Half of a float; itself when it is close to zero, infinite or not a number. */
    private static long exponentLess(long bits, int fractionBits, int largest) {
        long exponent = (bits >>> fractionBits) & largest;
        return exponent > 1 && exponent < largest ? bits - (1L << fractionBits) : bits;
    }

    private static long one(DType dtype) {
        return switch (dtype) {
            case FP16 -> 0x3c00;
            case BF16 -> 0x3f80;
            case FP32 -> Float.floatToIntBits(1);
            case FP64 -> Double.doubleToLongBits(1);
            default -> 1;
        };
    }
}

package dev.slipway.protocol.wire;

import dev.slipway.api.DType;
import dev.slipway.protocol.json.NarrowFloat;
import java.nio.ByteBuffer;

/** Reads single numbers of a tensor. */
public final class NumberElements {
    private NumberElements() {}

    /**
     * An element of a dtype of floating-point numbers.
     *
     * @param data little-endian, whose position is the first element
     */
    public static double real(DType dtype, ByteBuffer data, int element) {
        int at = data.position() + element * dtype.byteSize();
        return switch (dtype) {
            case FP64 -> data.getDouble(at);
            case FP32 -> data.getFloat(at);
            case FP16 -> NarrowFloat.FP16.toFloat(data.getShort(at));
            case BF16 -> NarrowFloat.BF16.toFloat(data.getShort(at));
            default -> throw new IllegalArgumentException("dtype %s (expected: a float)".formatted(dtype));
        };
    }

    /** An element of a dtype of whole numbers, as in {@link #real}; UINT64 as the same bits. */
    public static long whole(DType dtype, ByteBuffer data, int element) {
        int at = data.position() + element * dtype.byteSize();
        return switch (dtype) {
            case UINT8 -> data.get(at) & 0xFF;
            case INT8 -> data.get(at);
            case UINT16 -> data.getShort(at) & 0xFFFF;
            case INT16 -> data.getShort(at);
            case UINT32 -> data.getInt(at) & 0xFFFF_FFFFL;
            case INT32 -> data.getInt(at);
            case UINT64, INT64 -> data.getLong(at);
            default -> throw new IllegalArgumentException("dtype %s (expected: an integer)".formatted(dtype));
        };
    }
}

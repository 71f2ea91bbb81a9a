package dev.slipway.transforms.image;

import dev.slipway.api.DType;
import dev.slipway.protocol.json.NarrowFloat;
import java.nio.ByteBuffer;

/** Writes float32 numbers as the types that models take: whole numbers rounded, to the even one, and kept in their range. */
final class PixelNumbers {
    private PixelNumbers() {}

    static boolean canWrite(DType dtype) {
        return switch (dtype) {
            case FP16, BF16, FP32, FP64, UINT8, INT8, UINT16, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    /** @param into little-endian, from its position on */
    static void write(float[] numbers, DType dtype, ByteBuffer into) {
        if (dtype == DType.FP32) {
            into.asFloatBuffer().put(numbers);
            into.position(into.position() + numbers.length * Float.BYTES);
            return;
        }
        for (float number : numbers) {
            switch (dtype) {
                case FP16 -> into.putShort(NarrowFloat.FP16.round(number));
                case BF16 -> into.putShort(NarrowFloat.BF16.round(number));
                case FP64 -> into.putDouble(number);
                case UINT8 -> into.put((byte) whole(number, 0, 255));
                case INT8 -> into.put((byte) whole(number, Byte.MIN_VALUE, Byte.MAX_VALUE));
                case UINT16 -> into.putShort((short) whole(number, 0, 0xffff));
                case INT16 -> into.putShort((short) whole(number, Short.MIN_VALUE, Short.MAX_VALUE));
                case INT32 -> into.putInt((int) whole(number, Integer.MIN_VALUE, Integer.MAX_VALUE));
                case INT64 -> into.putLong(whole(number, Long.MIN_VALUE, Long.MAX_VALUE));
                default -> throw new IllegalArgumentException("dtype: " + dtype);
            }
        }
    }

    private static long whole(float number, long least, long most) {
        return Math.max(least, Math.min(most, (long) Math.rint(number)));
    }
}

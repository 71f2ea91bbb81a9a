package dev.slipway.backend.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns arrays of numbers into others. */
final class Numbers {
    private Numbers() {}

    /** The same numbers as float32, from what a library calls a flat array: of a primitive type, or a single number. */
    static float[] floats(Object flat) {
        if (flat instanceof float[] floats) {
            return floats;
        }
        if (flat instanceof Number number) {
            return new float[] {number.floatValue()};
        }
        int length = java.lang.reflect.Array.getLength(flat);
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            if (!(java.lang.reflect.Array.get(flat, i) instanceof Number number)) {
                throw new IllegalStateException("has no numbers");
            }
            floats[i] = number.floatValue();
        }
        return floats;
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static byte[] bytes(long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return bytes.array();
    }

    /**
     * The same numbers with the axes in another order.
     *
     * @param dims sizes before
     * @param order the old axis at each new place
     * @param flipped old axes that are read backwards
     */
    static float[] transposed(float[] values, long[] dims, int[] order, boolean[] flipped) {
        int rank = dims.length;
        long[] strides = new long[rank];
        long stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        float[] result = new float[values.length];
        long[] index = new long[rank];
        for (int to = 0; to < result.length; to++) {
            long from = 0;
            for (int i = 0; i < rank; i++) {
                int axis = order[i];
                from += strides[axis] * (flipped[axis] ? dims[axis] - 1 - index[i] : index[i]);
            }
            result[to] = values[(int) from];
            for (int i = rank - 1; i >= 0 && ++index[i] == dims[order[i]]; i--) {
                index[i] = 0;
            }
        }
        return result;
    }
}

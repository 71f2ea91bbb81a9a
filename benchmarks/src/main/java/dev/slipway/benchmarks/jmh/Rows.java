package dev.slipway.benchmarks.jmh;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Float rows as they come from data: other values in each, the same in each run. */
final class Rows {
    private Rows() {}

    /** float32 {@code [rows][width]}, between -1 and 1. */
    static float[][] values(int rows, int width) {
        float[][] values = new float[rows][width];
        for (int row = 0; row < rows; row++) {
            for (int at = 0; at < width; at++) {
                values[row][at] = (float) Math.sin(1 + row * width + at);
            }
        }
        return values;
    }

    /** The same as little-endian bytes, position to limit. */
    static ByteBuffer bytes(float[][] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * values[0].length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : values) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return bytes.flip();
    }

    /** The same as a tensor. */
    static Tensor tensor(float[][] values) {
        return new Tensor(DType.FP32, Shape.of(values.length, values[0].length), bytes(values));
    }
}

package dev.slipway.backend.forest;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A matrix of features.
 *
 * @param dtype FP32 or FP64
 * @param data row after row, little-endian, from index 0; not written, and its position is not moved
 * @param columns of each row
 * @param count of rows
 */
public record Rows(DType dtype, ByteBuffer data, int columns, int count) {
    public Rows {
        if ((dtype != DType.FP32 && dtype != DType.FP64) || (long) columns * count * dtype.byteSize() != data.limit()) {
            throw new IllegalArgumentException(
                    "%d rows of %d columns of %s in %d bytes (expected: FP32 or FP64, as many)"
                            .formatted(count, columns, dtype, data.limit()));
        }
    }

    /** A tensor {@code [rows, columns]}. */
    public static Rows of(Tensor tensor) {
        ByteBuffer data = tensor.data().slice().order(ByteOrder.LITTLE_ENDIAN);
        return new Rows(tensor.dtype(), data, (int) tensor.shape().dim(1), (int)
                tensor.shape().dim(0));
    }
}

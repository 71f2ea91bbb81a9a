package dev.slipway.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dense, row-major tensor over bytes that somebody else may own: a view of a request, or of a model's output.
 *
 * @param dtype the type of the elements
 * @param shape known in every dimension
 * @param data the elements from position to limit, laid out as {@link DType} says; little-endian; never written
 *     through. Reading must not move its position: take {@link #data()}, which is a fresh view each time.
 */
public record Tensor(DType dtype, Shape shape, ByteBuffer data) {

    /**
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the shape is open, or when a fixed-size dtype and the
     *     shape together ask for another number of bytes than there are. Elements of variable size are not walked.
     */
    public Tensor {
        long elements = shape.elementCount();
        if (dtype.isFixedSize()) {
            long bytes = Math.multiplyHigh(elements, dtype.byteSize()) == 0 ? elements * dtype.byteSize() : -1;
            if (bytes != data.remaining()) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s tensor of shape %s has %d bytes (expected: %s)"
                                .formatted(dtype, shape, data.remaining(), bytes < 0 ? "more than 2^63" : bytes));
            }
        }
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A view of the elements of its own position and limit, little-endian. */
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes that {@link #data()} has. */
    public int byteCount() {
        return data.remaining();
    }

    /** Number of elements. */
    public long elementCount() {
        return shape.elementCount();
    }

    @Override
    public String toString() {
        return "%s%s".formatted(dtype, shape);
    }
}

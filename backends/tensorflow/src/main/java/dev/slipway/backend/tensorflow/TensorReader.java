package dev.slipway.backend.tensorflow;

import dev.slipway.api.Shape;
import dev.slipway.backend.common.WireReader;
import java.util.Arrays;

/**
 * Reads the heads of shapes and constants.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/framework/tensor_shape.proto">
 *     tensor_shape.proto</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/framework/tensor.proto">
 *     tensor.proto</a>
 */
final class TensorReader {
    /** TensorFlow's own limit. */
    private static final int RANK_MAX = 254;

    private TensorReader() {}

    /** The shape in the field that comes next; -1 for any size. */
    static Shape shape(WireReader in) {
        long[] dims = new long[0];
        boolean isAny = false;
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 2 -> {
                    if (dims.length == RANK_MAX) {
                        throw in.broken("more than %d dimensions".formatted(RANK_MAX), "at most that");
                    }
                    dims = Arrays.copyOf(dims, dims.length + 1);
                    dims[dims.length - 1] = dim(in);
                }
                case 3 -> isAny = in.number() != 0;
                default -> in.skip();
            }
        }
        in.leave(outer);
        return isAny ? Shape.ANY : Shape.of(dims);
    }

    private static long dim(WireReader in) {
        long size = 0;
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                size = in.number();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        if (size < -1) {
            throw in.broken("a dimension of " + size, "-1 or more");
        }
        return size;
    }

    /**
     * A value that a graph brings.
     *
     * @param type of its elements, by number
     * @param bytes that it takes in memory, whatever the file stores of it
     */
    record Constant(int type, long bytes) {}

    /** The constant in the field that comes next; its elements are skipped. */
    static Constant constant(WireReader in) {
        int type = 0;
        Shape shape = Shape.SCALAR;
        long stored = 0;
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = (int) in.number();
                case 2 -> shape = shape(in);
                default -> stored += in.skip();
            }
        }
        if (!shape.isKnown()) {
            throw in.broken("a constant of shape " + shape, "a known shape");
        }
        in.leave(outer);
        return new Constant(type, Math.max(stored, bytes(shape, DataTypes.byteSize(type))));
    }

    /** The product, or a number beyond any memory where it exceeds that. */
    private static long bytes(Shape shape, int elementBytes) {
        long bytes = elementBytes;
        for (int axis = 0; axis < shape.rank(); axis++) {
            long dim = shape.dim(axis);
            if (dim == 0) {
                return 0;
            }
            bytes = bytes > GraphReader.BYTES_BEYOND / dim ? GraphReader.BYTES_BEYOND : bytes * dim;
        }
        return bytes;
    }
}

package dev.slipway.core.batching;

import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Joins rows of different inner shapes: each is padded to the largest along each axis. */
final class PaddedRows {
    /** The common shape; the first size is that of all rows. */
    private final long[] dims;

    /** Bytes from one index to the next along each axis. */
    private final int[] strides;

    private final ByteBuffer target;

    private PaddedRows(long[] dims, int[] strides, ByteBuffer target) {
        this.dims = dims;
        this.strides = strides;
        this.target = target;
    }

    /** As {@link RowJoin#join} does for one input, of elements of fixed size. */
    static Tensor join(AlignedMemory memory, String name, List<Map<String, Tensor>> requests, int paddedRows) {
        Tensor first = RowJoin.input(requests.get(0), name);
        long[] dims = largest(name, requests);
        dims[0] = paddedRows;
        Shape shape = Shape.of(dims);
        RowJoin.rows(name, requests, paddedRows);
        long bytes = Math.multiplyExact(shape.elementCount(), first.dtype().byteSize());
        ByteBuffer target = memory.claim(bytes, RowJoin.subject(name, requests));
        PaddedRows rows = new PaddedRows(dims, strides(dims, bytes), target);
        for (int i = 0; i < requests.size(); i++) {
            rows.put(RowJoin.input(requests.get(i), name));
        }
        if (target.position() == 0) {
            AlignedMemory.clear(target);
        } else {
            AlignedMemory.repeat(target, 0, rows.strides[0]);
        }
        return new Tensor(first.dtype(), shape, target.flip());
    }

    private static long[] largest(String name, List<Map<String, Tensor>> requests) {
        long[] dims = RowJoin.input(requests.get(0), name).shape().dims();
        for (int i = 1; i < requests.size(); i++) {
            Shape shape = RowJoin.input(requests.get(i), name).shape();
            for (int axis = 1; axis < dims.length; axis++) {
                dims[axis] = Math.max(dims[axis], shape.dim(axis));
            }
        }
        return dims;
    }

    private static int[] strides(long[] dims, long bytes) {
        int[] strides = new int[dims.length];
        long stride = bytes;
        for (int axis = 0; axis < dims.length; axis++) {
            stride = dims[axis] == 0 ? 0 : stride / dims[axis];
            strides[axis] = (int) stride;
        }
        return strides;
    }

    /** Adds the rows of one request: first its padding everywhere, then its own elements over it. */
    private void put(Tensor tensor) {
        Shape shape = tensor.shape();
        ByteBuffer source = tensor.data();
        int start = target.position();
        int end = target.limit();
        target.limit(start + (int) shape.dim(0) * strides[0]);
        if (source.hasRemaining()) {
            int unit = tensor.dtype().byteSize();
            target.put(start, source, 0, Math.min(unit, target.remaining()));
            AlignedMemory.repeat(target, start, unit);
            place(source, shape, 0, start);
        } else {
            AlignedMemory.clear(target);
        }
        target.limit(end);
    }

    /** Copies the part of {@code source} from its position on that lies within one index of each axis before. */
    private void place(ByteBuffer source, Shape shape, int axis, int at) {
        if (isPlain(shape, axis)) {
            int bytes = (int) shape.dim(axis) * strides[axis];
            target.put(at, source, source.position(), bytes);
            source.position(source.position() + bytes);
            return;
        }
        for (int index = 0; index < shape.dim(axis); index++) {
            place(source, shape, axis + 1, at + index * strides[axis]);
        }
    }

    /** Whether what lies behind {@code axis} has the common size, so that it is one piece. */
    private boolean isPlain(Shape shape, int axis) {
        for (int inner = axis + 1; inner < dims.length; inner++) {
            if (shape.dim(inner) != dims[inner]) {
                return false;
            }
        }
        return true;
    }
}

package dev.slipway.core.batching;

import dev.slipway.api.ByteSize;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs a request of many rows in parts: cuts its inputs, and gathers copies of what each part was answered. */
final class RowParts {
    /** What an array can hold. */
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final int totalRows;
    private String[] names = {};
    private Gathered[] gathered = {};
    private int rows;

    /** @param totalRows rows of the whole request */
    RowParts(int totalRows) {
        this.totalRows = totalRows;
    }

    /**
     * Cuts a request's inputs into views of at most {@code rowsMax} rows each, in order.
     *
     * @param inputs whose {@code rows} {@link RowLayout#rows} counted
     * @return at least one, also for a request without rows
     */
    static List<Map<String, Tensor>> cut(Map<String, Tensor> inputs, int rows, int rowsMax) {
        if (rows <= rowsMax) {
            return List.of(inputs);
        }
        RowSplit split = new RowSplit(inputs, rows, "input");
        List<Map<String, Tensor>> parts = new ArrayList<>((rows - 1) / rowsMax + 1);
        for (int left = rows; left > 0; left -= rowsMax) {
            parts.add(split.next(Math.min(left, rowsMax)));
        }
        return parts;
    }

    /**
     * Copies the outputs of the next part, which may be closed afterwards.
     *
     * @throws SlipwayException {@code INTERNAL} when an output has not {@code partRows} rows, or other outputs or sizes
     *     beyond axis 0 than the first part's; {@code RESOURCE_EXHAUSTED} when an output has more than 2 GiB
     */
    void add(Map<String, Tensor> outputs, int partRows) {
        if (gathered.length == 0) {
            names = outputs.keySet().toArray(new String[0]);
            gathered = new Gathered[names.length];
        }
        for (int i = 0; i < names.length; i++) {
            Tensor tensor = outputs.get(names[i]);
            if (tensor == null || outputs.size() != names.length) {
                throw new SlipwayException(
                        ErrorCode.INTERNAL,
                        "one part of a run has outputs %s (expected: those of the first, %s)"
                                .formatted(outputs.keySet(), Arrays.toString(names)));
            }
            RowSplit.requireRows(tensor.shape(), partRows, "output", names[i]);
            if (gathered[i] == null) {
                gathered[i] = new Gathered(tensor, totalRows);
            }
            gathered[i].add(tensor, names[i]);
        }
        rows += partRows;
    }

    /**
     * All outputs, in the first part's order.
     *
     * @throws IllegalStateException before all rows were added
     */
    Map<String, Tensor> joined() {
        if (rows != totalRows) {
            throw new IllegalStateException("%d rows were added (expected: %d)".formatted(rows, totalRows));
        }
        Tensor[] tensors = new Tensor[gathered.length];
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = gathered[i].whole();
        }
        return NamedTensors.of(names, tensors);
    }

    /** One output's rows so far. */
    private static final class Gathered {
        private final DType dtype;
        private final Shape shape;
        private ByteBuffer data;

        Gathered(Tensor first, int totalRows) {
            this.dtype = first.dtype();
            this.shape = first.shape().withFirst(totalRows);
            // Text is as long as it is; as much as in the first part is the best guess.
            long partRows = Math.max(1, first.shape().dim(0));
            this.data = allocate((first.data().remaining() + partRows - 1) / partRows * totalRows);
        }

        void add(Tensor tensor, String name) {
            if (tensor.dtype() != dtype
                    || !tensor.shape().withFirst(shape.dim(0)).equals(shape)) {
                throw new SlipwayException(
                        ErrorCode.INTERNAL,
                        "output '%s' is %s in one part of a run (expected: rows of %s%s, as in the first part)"
                                .formatted(name, tensor, dtype, shape));
            }
            ByteBuffer source = tensor.data();
            if (source.remaining() > data.remaining()) {
                long needed = (long) data.position() + source.remaining();
                data = allocate(Math.max(needed, Math.min(needed * 2, BYTES_MAX)))
                        .put(data.flip());
            }
            data.put(source);
        }

        private static ByteBuffer allocate(long bytes) {
            if (bytes > BYTES_MAX) {
                throw new SlipwayException(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "a split request's output has %s (expected: at most 2 GiB)".formatted(ByteSize.format(bytes)));
            }
            return ByteBuffer.allocate((int) bytes);
        }

        Tensor whole() {
            return new Tensor(dtype, shape, data.duplicate().flip());
        }
    }
}

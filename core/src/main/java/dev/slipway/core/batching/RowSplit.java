package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;

/** Takes the outputs of a joined run apart, row by row from the first, as views. For one thread at a time. */
final class RowSplit {
    private final String role;
    private final String[] names;
    private final Column[] columns;
    private final int totalRows;
    private int rowsGiven;

    /**
     * @param outputs of a run; read as long as parts of them are
     * @param totalRows rows of the run, padding included
     * @throws SlipwayException {@code INTERNAL} when an output has not {@code totalRows} along axis 0
     */
    RowSplit(Map<String, Tensor> outputs, int totalRows) {
        this(outputs, totalRows, "output");
    }

    /** @param role what the tensors are, as errors name it */
    RowSplit(Map<String, Tensor> tensors, int totalRows, String role) {
        this.role = role;
        this.names = new String[tensors.size()];
        this.columns = new Column[names.length];
        this.totalRows = totalRows;
        int i = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            names[i] = entry.getKey();
            requireRows(entry.getValue().shape(), totalRows, role, names[i]);
            columns[i++] = new Column(entry.getValue(), totalRows);
        }
    }

    /** @throws SlipwayException {@code INTERNAL} when {@code shape} has not {@code rows} along axis 0 */
    static void requireRows(Shape shape, int rows, String role, String name) {
        if (shape.rank() == 0 || shape.dim(0) != rows) {
            throw new SlipwayException(
                    ErrorCode.INTERNAL,
                    "%s '%s' of a run of %d rows has shape %s (expected: %d rows along its first dimension)"
                            .formatted(role, name, rows, shape, rows));
        }
    }

    /**
     * The next rows of all outputs, in the outputs' order.
     *
     * @param rows 0 up to as many as are left
     * @throws SlipwayException {@code INTERNAL} when text or maps are not laid out as the output's shape says
     */
    Map<String, Tensor> next(int rows) {
        if (rows < 0 || rows > totalRows - rowsGiven) {
            throw new IllegalArgumentException("rows: %d (expected: 0 to %d)".formatted(rows, totalRows - rowsGiven));
        }
        rowsGiven += rows;
        Tensor[] tensors = new Tensor[columns.length];
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = columns[i].next(rows, names[i]);
        }
        return NamedTensors.of(names, tensors);
    }

    /** One output, of which the rows up to the data's position were given. */
    private final class Column {
        private final DType dtype;
        private final ByteBuffer data;
        private final int end;
        private final long rowElements;
        /** Of the last part; the next one mostly has as many rows. */
        private Shape shape;

        Column(Tensor tensor, int totalRows) {
            this.dtype = tensor.dtype();
            this.data = tensor.data();
            this.end = data.limit();
            this.shape = tensor.shape();
            this.rowElements = totalRows == 0 ? 0 : tensor.elementCount() / totalRows;
        }

        Tensor next(int rows, String name) {
            long elements = rows * rowElements;
            int from = data.position();
            data.limit(end);
            int to = dtype.isFixedSize()
                    ? from + (int) (elements * dtype.byteSize())
                    : VariableElements.end(dtype, data, from, elements);
            if (to < 0) {
                throw new SlipwayException(
                        ErrorCode.INTERNAL,
                        "%s '%s' has %d bytes of dtype %s (expected: more, as its lengths say)"
                                .formatted(role, name, end, dtype));
            }
            data.limit(to);
            if (shape.dim(0) != rows) {
                shape = shape.withFirst(rows);
            }
            Tensor part = new Tensor(dtype, shape, data);
            data.position(to);
            return part;
        }
    }
}

package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.DType;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.forest.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Makes a matrix of columns by name; what is missing is NaN. For one request. */
final class NamedColumns {
    private static final int TEXT_SHOWN_MAX = 40;

    private final Interface model;
    private final Map<String, Tensor> inputs;

    NamedColumns(Interface model, Map<String, Tensor> inputs) {
        this.model = model;
        this.inputs = inputs;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} where columns do not fit each other, or the model */
    Rows rows() {
        int rows = count();
        List<Column> columns = model.columns();
        int width = model.answer().byteSize();
        long bytes = (long) rows * columns.size() * width;
        if (bytes > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED, "%d rows take %d bytes (expected: below 2 GiB)".formatted(rows, bytes));
        }
        ByteBuffer matrix = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        Rows table = new Rows(model.answer(), matrix, columns.size(), rows);
        for (int place = 0; place < columns.size(); place++) {
            Column column = columns.get(place);
            Tensor tensor = inputs.get(column.name());
            ByteBuffer data = tensor == null ? null : tensor.data();
            for (int row = 0; row < rows; row++) {
                double value = data == null ? Double.NaN : value(column, data, row);
                put(table, row * columns.size() + place, value);
            }
        }
        return table;
    }

    private static void put(Rows table, int index, double value) {
        if (table.dtype() == DType.FP32) {
            table.data().putFloat(index * Float.BYTES, (float) value);
        } else {
            table.data().putDouble(index * Double.BYTES, value);
        }
    }

    private int count() {
        long rows = -1;
        String first = "";
        for (Column column : model.columns()) {
            Tensor tensor = inputs.get(column.name());
            if (tensor == null) {
                continue;
            }
            int rank = tensor.shape().rank();
            boolean isColumn = rank == 1 || (rank == 2 && tensor.shape().dim(1) == 1);
            if (tensor.dtype() != column.dtype() || !isColumn) {
                throw invalid("input '%s' is %s (expected: %s[rows])".formatted(column.name(), tensor, column.dtype()));
            }
            if (rows >= 0 && tensor.shape().dim(0) != rows) {
                throw invalid("input '%s' has %d rows, '%s' has %d (expected: as many)"
                        .formatted(column.name(), tensor.shape().dim(0), first, rows));
            }
            rows = tensor.shape().dim(0);
            first = column.name();
        }
        return (int) Math.min(Integer.MAX_VALUE, rows);
    }

    /** The next value of a column, as the matrix has it. */
    private double value(Column column, ByteBuffer data, int row) {
        Object category;
        if (column.dtype() == DType.STRING) {
            int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
            if (length < 0 || length > data.remaining()) {
                throw invalid("input '%s', row %d: its text ends too early (expected: 4 bytes of length, then as many)"
                        .formatted(column.name(), row));
            }
            byte[] text = new byte[length];
            data.get(text);
            if (length == 0) {
                return Double.NaN;
            }
            category = new String(text, StandardCharsets.UTF_8);
        } else {
            double value = column.dtype() == DType.FP32 ? data.getFloat() : data.getDouble();
            if (column.codes().isEmpty() || Double.isNaN(value)) {
                return value;
            }
            category = value + 0.0;
        }
        Integer code = column.codes().get(category);
        if (code == null && !model.isUnknownMissing()) {
            throw invalid("input '%s', row %d: category '%s' (expected: one of %s)"
                    .formatted(column.name(), row, shown(category.toString()), known(column)));
        }
        return code == null ? Double.NaN : code;
    }

    private static String known(Column column) {
        List<String> some = column.codes().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(10)
                .map(entry -> "'" + shown(entry.getKey().toString()) + "'")
                .toList();
        return String.join(", ", some) + (column.codes().size() > 10 ? ", ..." : "");
    }

    private static String shown(String text) {
        return text.length() > TEXT_SHOWN_MAX ? text.substring(0, TEXT_SHOWN_MAX) + "..." : text;
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(INVALID_ARGUMENT, message);
    }
}

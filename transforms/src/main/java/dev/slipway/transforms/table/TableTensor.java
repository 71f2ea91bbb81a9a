package dev.slipway.transforms.table;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the model's inputs, and the columns that lie in it side by side.
 *
 * @param width elements of one row
 * @param isFlat whether it has no axis but that of rows
 */
record TableTensor(TensorSpec model, List<OpenColumn> columns, int width, boolean isFlat) {
    /** What the columns of one request may take, encoded. */
    private static final long BYTES_MAX = 256L << 20;

    /** @param mayBeFew whether to say that there are too few columns, rather than that one is too narrow */
    static TableTensor of(TensorSpec model, List<OpenColumn> columns, boolean mayBeFew) {
        Shape shape = model.shape();
        int width = columns.stream().mapToInt(OpenColumn::width).sum();
        boolean isFlat = !shape.isAnyRank() && shape.rank() == 1 && width == 1;
        if (!isFlat && !shape.isAnyRank() && (shape.rank() != 2 || (shape.dim(1) >= 0 && shape.dim(1) != width))) {
            throw unfit("%s make %d elements a row (expected: %s, as the model's input '%s' takes)"
                    .formatted(
                            mayBeFew
                                    ? columns.size() + " columns"
                                    : "column '%s'".formatted(columns.get(0).name()),
                            width,
                            shape,
                            model.name()));
        }
        for (OpenColumn column : columns) {
            boolean takesText = model.dtype() == DType.STRING;
            if (takesText != column.isText()) {
                throw unfit("column '%s' is %s (expected: %s, as the model's input '%s' takes)"
                        .formatted(
                                column.name(),
                                column.isText() ? "text" : "numbers",
                                takesText ? "text" : "numbers, as categories make",
                                model.name()));
            }
        }
        return new TableTensor(model, List.copyOf(columns), width, isFlat);
    }

    private static SlipwayException unfit(String problem) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "table: " + problem);
    }

    String name() {
        return model.name();
    }

    /** @param sent checked: as many rows in each that is there */
    Tensor make(Map<String, Tensor> sent, int rows) {
        Shape shape = isFlat ? Shape.of(rows) : Shape.of(rows, width);
        if (model.dtype() == DType.STRING) {
            return text(sent, rows, shape);
        }
        OpenColumn first = columns.get(0);
        Tensor only = columns.size() == 1 ? sent.get(first.name()) : null;
        if (only != null && first.isPlain(model.dtype())) {
            return new Tensor(model.dtype(), shape, only.data());
        }
        if ((long) rows * width > BYTES_MAX / model.dtype().byteSize()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%d rows of %d numbers for input '%s' (expected: at most %d MiB)"
                            .formatted(rows, width, name(), BYTES_MAX >> 20));
        }
        OpenColumn.Target target = new OpenColumn.Target(model.dtype(), Numbers.allocate(model.dtype(), shape), rows);
        int offset = 0;
        for (OpenColumn column : columns) {
            column.numbers(sent.get(column.name()), target, width, offset);
            offset += column.width();
        }
        return new Tensor(model.dtype(), shape, target.data());
    }

    private Tensor text(Map<String, Tensor> sent, int rows, Shape shape) {
        List<List<String>> texts = columns.stream()
                .map(column -> column.texts(sent.get(column.name()), rows))
                .toList();
        List<String> all = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (List<String> column : texts) {
                all.add(column.get(row));
            }
        }
        return Texts.tensor(shape, all);
    }
}

package dev.slipway.transforms.table;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lays the columns that clients send into a model's inputs. */
final class TableStep implements InputStep {
    private final List<TensorSpec> inputs;
    private final List<TableTensor> tensors;

    private TableStep(List<TensorSpec> inputs, List<TableTensor> tensors) {
        this.inputs = inputs;
        this.tensors = tensors;
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the columns do not fit the model, or a file is missing */
    static TableStep open(TableInput table, ChainFiles files, Signature model) {
        List<OpenColumn> columns = table.columns().stream()
                .map(column -> OpenColumn.of(column, files))
                .toList();
        return new TableStep(
                table.columns().stream().map(TableColumn::spec).toList(), tensors(table.tensor(), columns, model));
    }

    private static List<TableTensor> tensors(String tensor, List<OpenColumn> columns, Signature model) {
        if (tensor.isEmpty()
                && columns.stream()
                        .allMatch(column -> model.input(column.name()).isPresent())) {
            if (columns.size() < model.inputs().size()) {
                String missing = model.inputs().stream()
                        .map(TensorSpec::name)
                        .filter(name -> columns.stream()
                                .noneMatch(column -> column.name().equals(name)))
                        .collect(Collectors.joining("', '", "'", "'"));
                throw unfit("no column for the model's %s (expected: a column for each input)".formatted(missing));
            }
            return columns.stream()
                    .map(column -> TableTensor.of(
                            model.input(column.name()).orElseThrow(), List.of(column), columns.size() == 1))
                    .toList();
        }
        TensorSpec only = model.inputs().size() == 1 ? model.inputs().get(0) : null;
        if (only == null || (!tensor.isEmpty() && !only.name().equals(tensor))) {
            throw unfit("tensor '%s' is not the model's only input (expected: %s)"
                    .formatted(
                            tensor,
                            model.inputs().stream()
                                    .limit(10)
                                    .map(spec -> "a column '%s'".formatted(spec.name()))
                                    .collect(Collectors.joining(", "))));
        }
        return List.of(TableTensor.of(only, columns, true));
    }

    private static SlipwayException unfit(String problem) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "table: " + problem);
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public Map<String, Tensor> apply(Map<String, Tensor> columns, Deadline deadline) {
        int rows = rows(columns);
        Map<String, Tensor> made = new LinkedHashMap<>();
        for (TableTensor tensor : tensors) {
            if (deadline.isExpired(System.nanoTime())) {
                throw new SlipwayException(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed over a table's columns");
            }
            made.put(tensor.name(), tensor.make(columns, rows));
        }
        return made;
    }

    private int rows(Map<String, Tensor> columns) {
        long rows = -1;
        String first = "";
        for (TensorSpec spec : inputs) {
            Tensor column = columns.get(spec.name());
            if (column == null) {
                continue;
            }
            Shape shape = column.shape();
            if (shape.rank() > 2 || (shape.rank() == 2 && shape.dim(1) != 1)) {
                throw invalid("column '%s' has shape %s (expected: [rows] or [rows, 1])".formatted(spec.name(), shape));
            }
            long found = column.elementCount();
            if (rows >= 0 && found != rows) {
                throw invalid("column '%s' has %d rows (expected: %d, as column '%s' has)"
                        .formatted(spec.name(), found, rows, first));
            }
            first = rows < 0 ? spec.name() : first;
            rows = found;
        }
        if (rows < 0) {
            throw invalid("no column is there (expected: at least one)");
        }
        return Math.toIntExact(rows);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }

    @Override
    public void close() {
        // Holds memory of the heap alone.
    }
}

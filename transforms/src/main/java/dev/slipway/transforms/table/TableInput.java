package dev.slipway.transforms.table;

import dev.slipway.api.Signature;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.InputStep;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Clients send rows of named columns, an input for each.
 *
 * @param columns in the order in which the model wants them; names differ
 * @param tensor the model's input in which they lie side by side; empty for inputs of the columns' own names, or the model's
 *     only one
 */
public record TableInput(List<TableColumn> columns, String tensor) implements InputSettings {
    /** As files call it. */
    public static final String TYPE = "table";

    public TableInput {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("columns: none (expected: at least one)");
        }
        Set<String> names = new HashSet<>();
        for (TableColumn column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("column '%s': twice (expected: once)".formatted(column.name()));
            }
        }
    }

    @Override
    public InputStep open(ChainFiles files, Signature model) {
        return TableStep.open(this, files, model);
    }

    @Override
    public Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("type", TYPE);
        if (!tensor.isEmpty()) {
            keys.put("tensor", tensor);
        }
        keys.put("columns", columns.stream().map(TableColumn::written).toList());
        return keys;
    }
}

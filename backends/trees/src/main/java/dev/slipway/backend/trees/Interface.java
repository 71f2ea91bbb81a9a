package dev.slipway.backend.trees;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients see of a model: a matrix, or columns by name, and one output.
 *
 * @param matrix the matrix's name
 * @param dtype of the matrix
 * @param isUnknownMissing whether a category that the model does not know counts as missing, as LightGBM has it
 */
record Interface(
        String matrix,
        DType dtype,
        int features,
        List<Column> columns,
        DType answer,
        int outputs,
        boolean isUnknownMissing,
        ModelDescription description) {
    static final String OUTPUT = "output";

    private static final String MATRIX = "input";
    /** Where a feature is called {@value #MATRIX}. */
    private static final String OTHER_MATRIX = "input_matrix";

    /** @param wanted the matrix's dtype; null for the model's own */
    static Interface of(TreeModel model, @Nullable DType wanted) {
        DType dtype = wanted == null ? model.dtype() : wanted;
        List<Column> columns = model.columns();
        boolean isTaken = columns.stream().anyMatch(column -> column.name().equals(MATRIX));
        String matrix = isTaken ? OTHER_MATRIX : MATRIX;
        if (columns.stream().anyMatch(column -> column.name().equals(matrix))) {
            columns = List.of();
        }
        List<TensorSpec> inputs = new ArrayList<>();
        inputs.add(new TensorSpec(matrix, dtype, Shape.of(-1, model.features()), false, true));
        columns.forEach(column -> inputs.add(new TensorSpec(column.name(), column.dtype(), Shape.ANY, false, true)));
        Shape shape = model.outputs() == 1 ? Shape.of(-1) : Shape.of(-1, model.outputs());
        Signature signature =
                new Signature(Signature.DEFAULT, inputs, List.of(new TensorSpec(OUTPUT, model.dtype(), shape)));
        ModelDescription description = new ModelDescription(
                "slipway_" + model.format(),
                Map.of(Signature.DEFAULT, signature),
                model.bytes() + 64L * columns.size(),
                model.metadata());
        return new Interface(
                matrix,
                dtype,
                model.features(),
                columns,
                model.dtype(),
                model.outputs(),
                model.format().equals(LightgbmModel.FORMAT),
                description);
    }

    /** The shape of an answer. */
    Shape shape(int rows) {
        return outputs == 1 ? Shape.of(rows) : Shape.of(rows, outputs);
    }
}

package dev.slipway.server.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.TensorSpec;

/**
 * One input of a model's signature, as MLflow has it.
 *
 * @param name empty for a tensor without one
 * @param shape of a tensor; {@code [-1]} of a column, which has a value a row
 * @param isTensor whether it is a tensor
 * @param isRequired whether requests must have it
 */
record MlColumn(String name, DType dtype, Shape shape, boolean isTensor, boolean isRequired) {
    /** The same, called so if it has no name. */
    MlColumn named(String byDefault) {
        return name.isEmpty() ? new MlColumn(byDefault, dtype, shape, isTensor, isRequired) : this;
    }

    /** What clients send for a column. Whole numbers that may be missing come as floats, as in pandas. */
    TensorSpec spec() {
        boolean isOptional = !isRequired && dtype != DType.BOOL;
        DType sent = isOptional && dtype.isInteger() ? DType.FP64 : dtype;
        return new TensorSpec(name, sent, shape, false, isOptional);
    }
}

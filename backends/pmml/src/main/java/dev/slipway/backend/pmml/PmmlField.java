package dev.slipway.backend.pmml;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.TensorSpec;
import java.util.List;

/**
 * A DataField or an OutputField.
 *
 * @param dataType as the document has it: {@code double}; empty where it does not say
 * @param feature of an OutputField: {@code probability}; empty for a DataField
 * @param target of an OutputField: the field that it speaks of; empty where it does not say
 * @param values that a DataField lists as valid
 */
record PmmlField(String name, String dataType, String feature, String target, List<String> values) {
    PmmlField {
        values = List.copyOf(values);
    }

    /** Numbers are FP64, or FP32 where the document says float; all else is text. What is missing is NaN, or empty. */
    DType dtype() {
        return switch (dataType) {
            case "double", "integer" -> DType.FP64;
            case "float" -> DType.FP32;
            case "" ->
                List.of("probability", "confidence", "affinity", "residual", "standardError", "support", "lift")
                                .contains(feature)
                        ? DType.FP64
                        : DType.STRING;
            default -> DType.STRING;
        };
    }

    TensorSpec input() {
        return new TensorSpec(name, dtype(), Shape.of(-1), false, true);
    }

    TensorSpec output() {
        return new TensorSpec(name, dtype(), Shape.of(-1));
    }

    PmmlField as(String other, DType dtype) {
        String type = dtype == DType.FP64 ? "double" : dtype == DType.FP32 ? "float" : "string";
        return new PmmlField(other, type, feature, target, values);
    }
}

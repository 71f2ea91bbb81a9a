package dev.slipway.transforms;

import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.function.Function;

/**
 * What one operation does to one output.
 *
 * @param outputs what comes out: one of the name that came in; or several, each called by what it is
 * @param keepsClasses whether the last axis stands for the same as before
 * @param work makes what comes out, in that order: memory of its own, or views of what comes in. Thread-safe; throws
 *     {@code FAILED_PRECONDITION} for what the operation has no answer to
 */
public record OutputPart(List<TensorSpec> outputs, boolean keepsClasses, Function<Tensor, List<Tensor>> work) {
    public OutputPart {
        outputs = List.copyOf(outputs);
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("outputs: none (expected: at least one)");
        }
    }

    /** Of an operation that makes one tensor of one. */
    public OutputPart(TensorSpec output, boolean keepsClasses, Function<Tensor, Tensor> work) {
        this(List.of(output), keepsClasses, in -> List.of(work.apply(in)));
    }
}

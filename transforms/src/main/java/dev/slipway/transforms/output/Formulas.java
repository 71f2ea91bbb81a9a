package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.OutputPart;
import java.nio.ByteBuffer;
import java.util.function.DoubleUnaryOperator;

/** What operations on numbers share. */
final class Formulas {
    private Formulas() {}

    /** What makes one number of each, by itself. */
    static OutputPart each(TensorSpec in, String operation, DoubleUnaryOperator formula) {
        require(in, operation);
        DType from = in.dtype();
        DType to = Numbers.computed(from);
        return new OutputPart(new TensorSpec(in.name(), to, in.shape()), true, tensor -> {
            ByteBuffer data = tensor.data();
            ByteBuffer made = Numbers.allocate(to, tensor.shape());
            int count = (int) tensor.elementCount();
            for (int i = 0; i < count; i++) {
                Numbers.put(to, made, i, formula.applyAsDouble(Numbers.get(from, data, i)));
            }
            return new Tensor(to, tensor.shape(), made);
        });
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when an output is none of numbers, or a sequence */
    static void require(TensorSpec in, String operation) {
        if (!Numbers.are(in.dtype()) || in.sequence()) {
            throw unfit(in, operation, "%s%s".formatted(in.sequence() ? "a sequence of " : "", in.dtype()), "numbers");
        }
    }

    static SlipwayException unfit(TensorSpec in, String operation, Object found, String expected) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "%s: output '%s' is %s (expected: %s)".formatted(operation, in.name(), found, expected));
    }
}

package dev.slipway.backend.torch;

import dev.slipway.api.DType;
import dev.slipway.api.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One argument of a call, and the inputs of which it is made.
 *
 * @param spec of the input; null for a tuple or a list, which its parts make
 * @param scalar when the module wants one of Python's own values in place of a tensor; else null
 * @param parts of a tuple or a list; empty for an input
 * @param isList whether the parts make a list, and no tuple
 */
record Feed(@Nullable TensorSpec spec, @Nullable DType scalar, List<Feed> parts, boolean isList) {
    Feed {
        parts = List.copyOf(parts);
    }

    static Feed of(TensorSpec spec, @Nullable DType scalar) {
        return new Feed(spec, scalar, List.of(), false);
    }
}

package dev.slipway.transforms.output;

import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes probabilities of scores, as {@link Softmax} does, of an output that is none yet: one whose name does not contain
 * {@code softmax} or {@code prob}. Networks that end with a softmax are nearly always exported with such a name; numbers alone
 * would not tell.
 */
public record Probabilities() implements OutputSettings.Operation {
    public static final String KEY = "probabilities";

    private static final List<String> WORDS = List.of("softmax", "prob");

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        ClassAxis axis = ClassAxis.of(in, KEY);
        String name = in.name().toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(name::contains)
                ? new OutputPart(
                        new TensorSpec(in.name(), in.dtype(), axis.shape()),
                        true,
                        tensor -> new Tensor(tensor.dtype(), axis.shapeOf(tensor), tensor.data()))
                : new Softmax().open(in, classes);
    }
}

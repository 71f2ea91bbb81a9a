package dev.slipway.transforms.output;

import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Drops the axes that the model says are of size 1, but for the first, the rows: {@code [-1, 1]} becomes {@code [-1]}. */
public record Squeeze() implements OutputSettings.Operation {
    public static final String KEY = "squeeze";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        Shape shape = in.shape();
        if (in.sequence() || shape.isAnyRank() || shape.rank() == 0) {
            throw Formulas.unfit(
                    in, KEY, in.sequence() ? "a sequence" : "of shape " + shape, "one of rows, of a known rank");
        }
        int[] kept = IntStream.range(0, shape.rank())
                .filter(axis -> axis == 0 || shape.dim(axis) != 1)
                .toArray();
        return new OutputPart(
                new TensorSpec(in.name(), in.dtype(), keep(shape, kept)),
                true,
                tensor -> new Tensor(tensor.dtype(), keep(tensor.shape(), kept), tensor.data()));
    }

    private static Shape keep(Shape shape, int[] axes) {
        return Shape.of(IntStream.of(axes).mapToLong(shape::dim).toArray());
    }
}

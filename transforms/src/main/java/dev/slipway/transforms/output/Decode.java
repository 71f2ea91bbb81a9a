package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers names (STRING): of whole numbers, the class of each; of floats, the class with the largest along the last axis, as
 * {@link ArgMax} has it; of a map from names to numbers, the name with the largest.
 */
public record Decode() implements OutputSettings.Operation {
    public static final String KEY = "decode";

    @Override
    public Object written() {
        return KEY;
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        if (in.dtype() == DType.MAP && !in.sequence()) {
            TensorSpec spec = new TensorSpec(in.name(), DType.STRING, in.shape());
            return new OutputPart(spec, false, tensor -> largest(Scores.read(in.name(), tensor)));
        }
        Formulas.require(in, KEY);
        if (classes == null) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "decode: output '%s' has no names (expected: classes, a file that has them)".formatted(in.name()));
        }
        if (in.dtype().isInteger()) {
            TensorSpec spec = new TensorSpec(in.name(), DType.STRING, in.shape());
            return new OutputPart(spec, false, tensor -> names(in.name(), tensor, classes));
        }
        ClassAxis axis = ClassAxis.of(in, KEY);
        classes.check(in.name(), axis.count());
        TensorSpec spec = new TensorSpec(in.name(), DType.STRING, ClassAxis.less(axis.shape(), 1));
        return new OutputPart(spec, false, tensor -> names(in.name(), ArgMax.largest(tensor, axis), classes));
    }

    private static Tensor largest(Scores maps) {
        return Texts.tensor(
                maps.shape(), maps.rows().stream().map(row -> row.get(0).name()).toList());
    }

    private static Tensor names(String output, Tensor places, ClassNames classes) {
        ByteBuffer data = places.data();
        int count = (int) places.elementCount();
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(classes.name(output, (long) Numbers.get(places.dtype(), data, i)));
        }
        return Texts.tensor(places.shape(), names);
    }
}

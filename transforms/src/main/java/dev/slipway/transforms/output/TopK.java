package dev.slipway.transforms.output;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers the largest along the last axis, largest first: {@code classes}, their names (STRING), or their places from 0 (INT64)
 * where no names are known; and {@code scores} (FP32). Where there are fewer than asked for, all. Of equal ones the first comes
 * first; NaN is larger than all numbers, as in NumPy and PyTorch. Of a map from names to numbers, the names with the largest;
 * equal ones by name.
 *
 * @param count how many; 1 to {@value #COUNT_MAX}
 */
public record TopK(int count) implements OutputSettings.Operation {
    public static final String KEY = "top_k";
    public static final int COUNT_MAX = 10_000;

    public TopK {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("top_k: %d (expected: 1 to %d)".formatted(count, COUNT_MAX));
        }
    }

    @Override
    public Object written() {
        return Map.of(KEY, count);
    }

    @Override
    public OutputPart open(TensorSpec in, @Nullable ClassNames classes) {
        if (in.dtype() == DType.MAP && !in.sequence()) {
            Shape shape = Scores.appended(in.shape(), -1);
            return new OutputPart(specs(DType.STRING, shape), false, tensor -> largest(Scores.read(in.name(), tensor)));
        }
        ClassAxis axis = ClassAxis.of(in, KEY);
        if (classes != null) {
            classes.check(in.name(), axis.count());
        }
        Shape shape = ClassAxis.with(axis.shape(), axis.count() < 0 ? -1 : Math.min(count, axis.count()));
        return new OutputPart(
                specs(classes == null ? DType.INT64 : DType.STRING, shape),
                false,
                tensor -> largest(tensor, axis, classes));
    }

    private static List<TensorSpec> specs(DType classes, Shape shape) {
        return List.of(new TensorSpec("classes", classes, shape), new TensorSpec("scores", DType.FP32, shape));
    }

    private List<Tensor> largest(Tensor tensor, ClassAxis axis, @Nullable ClassNames classes) {
        Shape all = axis.shapeOf(tensor);
        int width = (int) all.dim(all.rank() - 1);
        Largest largest = new Largest(Math.min(count, width));
        Shape shape = ClassAxis.with(all, largest.count());
        ByteBuffer scores = Numbers.allocate(DType.FP32, shape);
        ByteBuffer places = Numbers.allocate(DType.INT64, shape);
        List<String> names = new ArrayList<>();
        ByteBuffer data = tensor.data();
        for (int from = 0; scores.hasRemaining(); from += width) {
            largest.clear();
            for (int i = 0; i < width; i++) {
                largest.offer(i, Numbers.get(tensor.dtype(), data, from + i));
            }
            for (int i = 0; i < largest.count(); i++) {
                scores.putFloat((float) largest.score(i));
                if (classes == null) {
                    places.putLong(largest.place(i));
                } else {
                    names.add(classes.name(axis.output(), largest.place(i)));
                }
            }
        }
        return List.of(
                classes == null ? new Tensor(DType.INT64, shape, places.flip()) : Texts.tensor(shape, names),
                new Tensor(DType.FP32, shape, scores.flip()));
    }

    private List<Tensor> largest(Scores maps) {
        int width = Math.min(count, maps.widest());
        Shape shape = Scores.appended(maps.shape(), width);
        ByteBuffer scores = Numbers.allocate(DType.FP32, shape);
        List<String> names = new ArrayList<>();
        for (List<Scores.Entry> row : maps.rows()) {
            for (int i = 0; i < width; i++) {
                scores.putFloat(i < row.size() ? row.get(i).score() : Float.NaN);
                names.add(i < row.size() ? row.get(i).name() : "");
            }
        }
        return List.of(Texts.tensor(shape, names), new Tensor(DType.FP32, shape, scores.flip()));
    }
}

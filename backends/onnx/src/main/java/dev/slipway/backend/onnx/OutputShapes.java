package dev.slipway.backend.onnx;

import dev.slipway.api.Shape;
import dev.slipway.backend.onnx.ValueType.Dim;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * What is known, before a run, of the shapes of one model's outputs: from the file, from the inputs' sizes, or from an
 * earlier run with inputs of the same shapes. An output that once broke its word is trusted no more.
 */
final class OutputShapes {
    private static final int LEARNT_MAX = 256;
    private static final long PINNED_BYTES_MAX = 256L << 20;

    private final List<Port> inputs;
    private final List<Output> outputs;
    /** For each output: 1 when the runtime may write it into memory of ours. */
    private final AtomicIntegerArray pinnable;
    /** Rises when an output loses trust. */
    private volatile int generation;

    /** Shapes of all outputs, null where unknown, by the inputs' shapes; the latest used last. Guarded by itself. */
    private final Map<List<Shape>, @Nullable Shape[]> learnt = new LinkedHashMap<>(16, 0.75f, true);

    OutputShapes(CheckedModel model, List<Output> outputs) {
        this.inputs = model.inputs();
        this.outputs = outputs;
        this.pinnable = new AtomicIntegerArray(outputs.size());
        for (int i = 0; i < pinnable.length(); i++) {
            Port port = outputs.get(i).port();
            boolean isPinnable = port.isTensor()
                    && port.spec().dtype().isFixedSize()
                    && port.type().element().direct() != null
                    && !model.passedThrough().contains(port.name());
            pinnable.set(i, isPinnable ? 1 : 0);
        }
    }

    int generation() {
        return generation;
    }

    boolean isPinnable(int output) {
        return pinnable.get(output) == 1;
    }

    void distrust(int output) {
        pinnable.set(output, 0);
        synchronized (learnt) {
            generation++;
        }
    }

    /** The shapes of all outputs for such inputs; null where unknown. */
    @Nullable
    Shape[] of(Shape[] given) {
        Map<String, Long> symbols = symbols(given);
        @Nullable Shape[] shapes = new Shape[outputs.size()];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = outputs.get(i).port().resolve(symbols);
        }
        synchronized (learnt) {
            @Nullable Shape[] seen = learnt.get(List.of(given));
            for (int i = 0; seen != null && i < shapes.length; i++) {
                shapes[i] = shapes[i] == null ? seen[i] : shapes[i];
            }
        }
        return shapes;
    }

    /** Whether an output of that shape is worth memory of its own, and can be marked. */
    boolean isPinnable(int output, @Nullable Shape shape) {
        if (!isPinnable(output) || shape == null) {
            return false;
        }
        long elements = shape.elementCount();
        long bytes = elements > PINNED_BYTES_MAX
                ? Long.MAX_VALUE
                : elements * outputs.get(output).port().spec().dtype().byteSize();
        return Cell.isMarkable(bytes) && bytes <= PINNED_BYTES_MAX;
    }

    /** Remembers a shape that a run has had. */
    void learn(Shape[] given, int output, Shape shape) {
        synchronized (learnt) {
            @Nullable Shape[] shapes = learnt.computeIfAbsent(List.of(given), key -> new Shape[pinnable.length()]);
            shapes[output] = shape;
            if (learnt.size() > LEARNT_MAX) {
                learnt.remove(learnt.keySet().iterator().next());
            }
        }
    }

    private Map<String, Long> symbols(Shape[] given) {
        Map<String, Long> symbols = new HashMap<>();
        for (int i = 0; i < given.length; i++) {
            List<Dim> dims = inputs.get(i).type().dims();
            Shape shape = given[i];
            for (int axis = 0; dims != null && axis < Math.min(dims.size(), shape.rank()); axis++) {
                if (!dims.get(axis).symbol().isEmpty()) {
                    symbols.put(dims.get(axis).symbol(), shape.dim(axis));
                }
            }
        }
        return symbols;
    }
}

package dev.slipway.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a slot keeps for runs with inputs of the same shapes and the same outputs wanted. */
final class Binding {
    private final BindingKey key;
    private final Cells cells;
    private final List<Port> ports;
    private final Fetches fetches;
    private final Cell.@Nullable Bound[] own;
    private final @Nullable OnnxTensorLike[] fed;
    private final Map<String, OnnxTensorLike> values = new LinkedHashMap<>();

    Binding(OnnxModel model, BindingKey key, Cells cells, OutputReader reader) {
        this.key = key;
        this.cells = cells;
        this.ports = model.checked().inputs();
        this.fetches = new Fetches(model, key, cells, reader);
        this.own = new Cell.Bound[ports.size()];
        this.fed = new OnnxTensorLike[ports.size()];
    }

    BindingKey key() {
        return key;
    }

    Fetches fetches() {
        return fetches;
    }

    /** The native input over the slot's own memory. */
    OnnxTensor own(int input) throws OrtException {
        Cell.Bound bound = own[input];
        if (bound == null) {
            bound = cells.input(input).bind(key.shapes()[input]);
            own[input] = bound;
        }
        return bound.value();
    }

    /** Makes {@code value} an input of the run. */
    @SuppressWarnings("ReferenceEquality") // two native values are never the same one
    void feed(int input, OnnxTensorLike value) {
        if (fed[input] != value) {
            fed[input] = value;
            values.put(ports.get(input).name(), value);
        }
    }

    /** All inputs of the run, by name. */
    Map<String, OnnxTensorLike> values() {
        return values;
    }

    void close() {
        for (Cell.Bound bound : own) {
            if (bound != null) {
                bound.close();
            }
        }
        fetches.close();
    }
}

package dev.slipway.backend.keras;

import dev.slipway.api.Shape;
import dev.slipway.backend.keras.ModelConfig.Layer;
import dev.slipway.backend.keras.ModelConfig.Reference;
import java.util.ArrayList;
import java.util.List;

/** Finds out what goes into a model: names, types and shapes. */
final class Inputs {
    private Inputs() {}

    /** The model's inputs, in order; of any batch. */
    static List<Value> of(ModelConfig model, LayerConfig root) {
        return model.isSequential() ? List.of(first(model, root)) : functional(model);
    }

    private static List<Value> functional(ModelConfig model) {
        List<Value> inputs = new ArrayList<>();
        for (Reference reference : model.inputs()) {
            Layer layer = model.layers().stream()
                    .filter(one -> one.config().name().equals(reference.layer()))
                    .findFirst()
                    .orElseThrow(() -> Faults.invalid(
                            "model '%s' takes layer '%s', which there is not (expected: one of its layers)",
                            model.name(), reference.layer()));
            if (!layer.isInput()) {
                throw Faults.unimplemented(
                        "model '%s' takes %s in the place of an input (expected: an InputLayer)",
                        model.name(), layer.config().subject());
            }
            inputs.add(value(layer.config().name(), layer.config()));
        }
        return inputs;
    }

    private static Value first(ModelConfig model, LayerConfig root) {
        if (model.layers().isEmpty()) {
            throw Faults.invalid("model '%s' has no layers (expected: at least 1)", model.name());
        }
        LayerConfig config = model.layers().get(0).config();
        if (model.layers().get(0).isInput()) {
            return value(config.name(), config);
        }
        String name = config.name() + "_input";
        if (config.get("batch_input_shape", "batch_shape") != null) {
            return value(name, config);
        }
        if (ModelConfig.isModel(config.className())) {
            ModelConfig inner = ModelConfig.of(config);
            List<Value> inputs = of(inner, config);
            if (inputs.size() == 1) {
                return new Value(name, inputs.get(0).dtype(), inputs.get(0).shape());
            }
        }
        for (LayerConfig said : List.of(root, config)) {
            if (said.get("build_input_shape") instanceof List<?> shape && !shape.isEmpty()) {
                return new Value(name, OnnxType.of("float32", said.subject()), shape(said, "build_input_shape"));
            }
        }
        if (config.has("input_dim")) {
            return new Value(name, OnnxType.of("float32", name), Shape.of(-1, config.count(1, "input_dim")));
        }
        throw Faults.invalid(
                "model '%s' says nothing of its input's shape (expected: an InputLayer, or batch_input_shape in its first"
                        + " layer; call or build the model before saving it)",
                model.name());
    }

    private static Value value(String name, LayerConfig config) {
        if (config.flag(false, "sparse") || config.flag(false, "ragged")) {
            throw Faults.unimplemented("%s is sparse or ragged (expected: a dense tensor)", config.subject());
        }
        Object dtype = config.get("input_dtype", "dtype");
        if (dtype instanceof java.util.Map<?, ?> policy && policy.get("config") instanceof java.util.Map<?, ?> inner) {
            dtype = inner.get("name");
        }
        String said = dtype instanceof String text ? text : "float32";
        return new Value(name, OnnxType.of(said, config.subject()), shape(config, "batch_shape", "batch_input_shape"));
    }

    /** A shape whose first size is the batch's, which may be any: no state is kept that would need the same. */
    private static Shape shape(LayerConfig config, String... keys) {
        long[] dims = Window.longs(config.counts(keys));
        if (dims.length == 0 || java.util.Arrays.stream(dims).anyMatch(dim -> dim < -1)) {
            throw Faults.invalid(
                    "%s: shape %s (expected: a batch, and sizes of at least 0)",
                    config.subject(), java.util.Arrays.toString(dims));
        }
        dims[0] = -1;
        return Shape.of(dims);
    }
}

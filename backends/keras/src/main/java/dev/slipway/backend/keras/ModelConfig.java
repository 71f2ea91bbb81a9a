package dev.slipway.backend.keras;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of a model: its layers, and how they are connected.
 *
 * @param name of the model
 * @param isSequential whether each layer takes what the one before it gives
 * @param layers in the file's order
 * @param inputs tensors that go in, in order
 * @param outputs tensors that come out, by name, in order
 */
record ModelConfig(
        String name, boolean isSequential, List<Layer> layers, List<Reference> inputs, Map<String, Reference> outputs) {
    private static final Set<String> CLASSES = Set.of("Sequential", "Functional", "Model");
    private static final int LAYERS_MAX = 20_000;

    /**
     * @param config what was said of it
     * @param calls each time that it is called; none in a sequential model
     */
    record Layer(LayerConfig config, List<Invocation> calls) {
        boolean isInput() {
            return config.className().equals("InputLayer");
        }
    }

    /**
     * A tensor: an output of a call of a layer.
     *
     * @param layer its name
     * @param call which of its calls
     * @param tensor which of the call's outputs
     */
    record Reference(String layer, int call, int tensor) {}

    /**
     * A call of a layer.
     *
     * @param inputs tensors, in order
     * @param named tensors by name
     * @param settings what else was said
     */
    record Invocation(
            List<Reference> inputs, Map<String, List<Reference>> named, Map<String, @Nullable Object> settings) {}

    static boolean isModel(String className) {
        return CLASSES.contains(className);
    }

    /** The model that a layer is, or a whole file's. */
    static ModelConfig of(LayerConfig config) {
        String className = config.className();
        if (!isModel(className)) {
            throw Faults.unimplemented(
                    "the model's class is '%s' (expected: Sequential or Functional; a class of the author's own is code,"
                            + " which no file holds)",
                    className);
        }
        if (!(config.get("layers") instanceof List<?> said)) {
            throw Faults.invalid("%s has no list of layers (expected: one)", config.subject());
        }
        if (said.size() > LAYERS_MAX) {
            throw Faults.invalid("%s has %d layers (expected: at most %d)", config.subject(), said.size(), LAYERS_MAX);
        }
        boolean isSequential = className.equals("Sequential");
        List<Layer> layers = new ArrayList<>();
        for (Object item : said) {
            layers.add(layer(item, config.subject(), isSequential));
        }
        List<Reference> inputs = new ArrayList<>();
        Map<String, Reference> outputs = new LinkedHashMap<>();
        if (!isSequential) {
            references(config.get("input_layers"), inputs, config.subject());
            outputs(config.get("output_layers"), outputs, config.subject());
        }
        return new ModelConfig(config.name(), isSequential, layers, inputs, outputs);
    }

    private static Layer layer(@Nullable Object item, String subject, boolean isSequential) {
        if (!(item instanceof Map<?, ?> map) || !(map.get("class_name") instanceof String className)) {
            throw Faults.invalid("%s has a layer without a class (expected: a class_name)", subject);
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        if (map.get("config") instanceof Map<?, ?> config) {
            values.putAll(Json.cast(config));
        } else if (map.get("config") instanceof List<?> list) {
            // Keras 1 wrote a sequential model as a list.
            values.put("layers", list);
        }
        // A class of this name, but not of Keras, is somebody's own.
        Object module = map.get("module");
        if (module instanceof String text) {
            values.put(LayerConfig.MODULE, text);
        }
        Object build = map.get("build_config");
        if (build instanceof Map<?, ?> config && config.get("input_shape") instanceof List<?> shape) {
            values.putIfAbsent("build_input_shape", shape);
        }
        Object name = map.get("name") instanceof String text ? text : values.get("name");
        LayerConfig config = new LayerConfig(className, name instanceof String text ? text : className, values);
        return new Layer(config, isSequential ? List.of() : Invocations.of(map.get("inbound_nodes"), config.subject()));
    }

    /** {@code ["in", 0, 0]}, a list of such, or a map of such. */
    private static void references(@Nullable Object said, List<Reference> to, String subject) {
        Reference reference = Invocations.reference(said);
        if (reference != null) {
            to.add(reference);
        } else if (said instanceof List<?> list) {
            list.forEach(item -> references(item, to, subject));
        } else if (said instanceof Map<?, ?> map) {
            map.values().forEach(item -> references(item, to, subject));
        } else {
            throw Faults.invalid("%s: '%s' is no tensor (expected: a layer's name and two numbers)", subject, said);
        }
    }

    private static void outputs(@Nullable Object said, Map<String, Reference> to, String subject) {
        if (said instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                List<Reference> references = new ArrayList<>();
                references(value, references, subject);
                references.forEach(reference -> to.put(unused(to, String.valueOf(key)), reference));
            });
            return;
        }
        List<Reference> references = new ArrayList<>();
        references(said, references, subject);
        references.forEach(reference -> to.put(unused(to, reference.layer()), reference));
    }

    private static String unused(Map<String, ?> names, String name) {
        String free = name;
        for (int i = 1; names.containsKey(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }
}

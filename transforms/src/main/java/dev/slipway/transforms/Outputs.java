package dev.slipway.transforms;

import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The outputs that clients get of one model. */
final class Outputs implements OutputStep {
    private final List<TensorSpec> outputs;
    private final Map<String, List<String>> classes;

    private Outputs(List<TensorSpec> outputs, Map<String, List<String>> classes) {
        this.outputs = outputs;
        this.classes = classes;
    }

    /**
     * @param model what the model itself answers
     * @throws dev.slipway.api.SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model
     */
    static OutputStep open(ChainSettings settings, ChainFiles files, Signature model) {
        Map<String, List<String>> classes = new HashMap<>();
        if (settings.classes() != null) {
            List<String> names = files.lines("classes", settings.classes());
            model.outputs().forEach(output -> classes.put(output.name(), names));
        }
        return new Outputs(model.outputs(), classes);
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Map<String, List<String>> classes() {
        return classes;
    }

    @Override
    public List<String> reads(String output) {
        return List.of(output);
    }

    @Override
    public Tensor apply(String output, Map<String, Tensor> results) {
        Tensor result = results.get(output);
        if (result == null) {
            throw new IllegalArgumentException("output '%s' is not among %s".formatted(output, results.keySet()));
        }
        return result;
    }
}

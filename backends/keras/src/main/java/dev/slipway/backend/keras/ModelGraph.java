package dev.slipway.backend.keras;

import dev.slipway.backend.keras.ModelConfig.Invocation;
import dev.slipway.backend.keras.ModelConfig.Layer;
import dev.slipway.backend.keras.ModelConfig.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a model's layers into a graph, each once what it takes is there. */
final class ModelGraph {
    private final ModelConfig model;
    private final Weights weights;
    private final Dialect dialect;

    /** By the layer's name. */
    private final Map<String, Weights> own = new HashMap<>();

    private final CallNumbers numbers;

    /** Outputs of each layer's calls, by its name. */
    private final Map<String, Map<Integer, List<Value>>> known = new HashMap<>();

    ModelGraph(ModelConfig model, Weights weights, Dialect dialect) {
        this.model = model;
        this.weights = weights;
        this.dialect = dialect;
        this.numbers = CallNumbers.of(model, dialect);
        Map<String, Integer> used = new HashMap<>();
        for (Layer layer : model.layers()) {
            boolean isCounted =
                    !(model.isSequential() && layer.isInput()) && !OperationLayers.isOperation(layer.config(), dialect);
            String container = isCounted ? Containers.unique(layer.config().className(), used) : "";
            own.put(
                    layer.config().name(),
                    weights.layer(container, layer.config().name()));
        }
    }

    /** The model's outputs for some inputs. */
    List<Value> call(Ops ops, List<Value> inputs) {
        return new ArrayList<>(named(ops, inputs).values());
    }

    /** The model's outputs, by name. */
    Map<String, Value> named(Ops ops, List<Value> inputs) {
        return model.isSequential() ? sequential(ops, inputs) : functional(ops, inputs);
    }

    private List<Value> write(Ops ops, Layer layer, Arguments arguments) {
        String name = layer.config().name();
        ops.graph().scope(model.name().isEmpty() ? name : model.name() + "/" + name);
        Weights its = own.getOrDefault(name, weights);
        return Layers.call(new Call(layer.config(), its, arguments, ops, dialect));
    }

    private Map<String, Value> sequential(Ops ops, List<Value> inputs) {
        List<Value> values = inputs;
        String last = "";
        for (Layer layer : model.layers()) {
            if (!layer.isInput()) {
                values = write(ops, layer, Arguments.of(values));
                last = layer.config().name();
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            outputs.put(i == 0 ? last : last + "_" + i, values.get(i));
        }
        return outputs;
    }

    private Map<String, Value> functional(Ops ops, List<Value> inputs) {
        if (inputs.size() != model.inputs().size()) {
            throw Faults.invalid(
                    "model '%s' is called with %d tensors (expected: %d)",
                    model.name(), inputs.size(), model.inputs().size());
        }
        known.clear();
        for (int i = 0; i < inputs.size(); i++) {
            known.computeIfAbsent(model.inputs().get(i).layer(), name -> new HashMap<>())
                    .put(0, List.of(inputs.get(i)));
        }
        List<Layer> left = new ArrayList<>(model.layers());
        while (!left.isEmpty()) {
            int before = left.size();
            left.removeIf(layer -> isWritten(ops, layer));
            if (left.size() == before) {
                throw Faults.invalid(
                        "model '%s': %s takes what no layer gives (expected: tensors of other layers)",
                        model.name(), left.get(0).config().subject());
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        model.outputs().forEach((name, reference) -> {
            Value value = find(reference, numbers.ofOutput(reference));
            if (value == null) {
                throw Faults.invalid(
                        "model '%s' gives tensor %d of layer '%s', which there is not (expected: a layer's output)",
                        model.name(), reference.tensor(), reference.layer());
            }
            outputs.put(name, value);
        });
        return outputs;
    }

    /** Writes as many of a layer's calls as can be; whether all are. */
    private boolean isWritten(Ops ops, Layer layer) {
        if (layer.isInput()) {
            return true;
        }
        Map<Integer, List<Value>> calls = known.computeIfAbsent(layer.config().name(), name -> new HashMap<>());
        boolean isDone = true;
        for (int i = 0; i < layer.calls().size(); i++) {
            if (!calls.containsKey(i)) {
                Arguments arguments = arguments(layer.calls().get(i));
                if (arguments == null) {
                    isDone = false;
                } else {
                    calls.put(i, write(ops, layer, arguments));
                }
            }
        }
        return isDone;
    }

    private @Nullable Arguments arguments(Invocation call) {
        List<Value> inputs = find(call.inputs());
        Map<String, List<Value>> named = new LinkedHashMap<>();
        for (Map.Entry<String, List<Reference>> entry : call.named().entrySet()) {
            List<Value> values = find(entry.getValue());
            if (values == null) {
                return null;
            }
            named.put(entry.getKey(), values);
        }
        return inputs == null ? null : new Arguments(inputs, named, call.settings());
    }

    private @Nullable List<Value> find(List<Reference> references) {
        List<Value> values = new ArrayList<>();
        for (Reference reference : references) {
            Value value = find(reference, numbers.ofInput(reference));
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    /** @param call which of the layer's calls, counted from 0 */
    private @Nullable Value find(Reference reference, int call) {
        Map<Integer, List<Value>> calls = known.get(reference.layer());
        if (calls == null) {
            return null;
        }
        List<Value> values = calls.get(call);
        return values == null || reference.tensor() < 0 || reference.tensor() >= values.size()
                ? null
                : values.get(reference.tensor());
    }
}

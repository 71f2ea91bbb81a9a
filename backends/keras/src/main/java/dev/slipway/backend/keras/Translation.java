package dev.slipway.backend.keras;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Keras model as an ONNX graph, of whose weights only the headers were read.
 *
 * @param graph nodes and constants
 * @param inputs of the graph
 * @param outputs of the graph
 * @param facts what else the file says
 * @param format in a word
 */
record Translation(Graph graph, List<Value> inputs, List<Value> outputs, Map<String, String> facts, String format) {
    /** What a session of the runtime holds besides weights, and for each node. */
    private static final long SESSION_BYTES = 256 << 10;

    private static final long NODE_BYTES = 2 << 10;

    /** @throws dev.slipway.api.SlipwayException as {@link dev.slipway.api.Loader#describe} */
    static Translation of(KerasModel file) {
        try {
            return translated(file);
        } catch (ArithmeticException | NegativeArraySizeException e) {
            throw Faults.invalid(
                    "'%s' has sizes beyond 2^63 (expected: smaller ones)",
                    file.files().name());
        } catch (StackOverflowError e) {
            throw Faults.invalid(
                    "'%s' has models within models, too deep (expected: fewer)",
                    file.files().name());
        }
    }

    private static Translation translated(KerasModel file) {
        ModelConfig config = ModelConfig.of(file.root());
        Graph graph = new Graph();
        Ops ops = new Ops(graph);
        List<Value> inputs = Inputs.of(config, file.root());
        Map<String, Value> named = new ModelGraph(config, file.weights(), file.dialect()).named(ops, inputs);
        Set<String> names = new HashSet<>();
        inputs.forEach(input -> {
            if (!names.add(input.name())) {
                throw Faults.invalid("input '%s' is there twice (expected: once)", input.name());
            }
        });
        graph.scope("output");
        List<Value> outputs = new ArrayList<>();
        named.forEach((name, value) -> {
            String free = name;
            for (int i = 1; !names.add(free); i++) {
                free = name + "_" + i;
            }
            graph.node("Identity", List.of(value.name()), List.of(free));
            outputs.add(new Value(free, value.dtype(), value.shape()));
        });
        if (outputs.isEmpty()) {
            throw Faults.invalid(
                    "'%s' gives nothing (expected: at least 1 output)",
                    file.files().name());
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("producer", "keras");
        if (!file.dialect().version().isEmpty()) {
            facts.put("producer_version", file.dialect().version());
        }
        facts.put("model_name", config.name());
        facts.put("layers", Integer.toString(config.layers().size()));
        return new Translation(graph, inputs, outputs, facts, file.files().isArchive() ? "keras" : "h5");
    }

    ModelDescription description() {
        long bytes = SESSION_BYTES + graph.nodeCount() * NODE_BYTES;
        for (Constant constant : graph.constants()) {
            bytes += constant.byteCount();
        }
        Signature signature = new Signature(Signature.DEFAULT, specs(inputs), specs(outputs));
        return new ModelDescription("keras_" + format, Map.of(Signature.DEFAULT, signature), bytes, facts);
    }

    private static List<TensorSpec> specs(List<Value> values) {
        return values.stream()
                .map(value -> new TensorSpec(value.name(), value.dtype(), value.shape()))
                .toList();
    }
}

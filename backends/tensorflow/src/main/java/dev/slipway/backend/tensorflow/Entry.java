package dev.slipway.backend.tensorflow;

import dev.slipway.api.Signature;
import java.util.List;

/**
 * A way to call a graph.
 *
 * @param name {@code serving_default}
 * @param inputs what is fed
 * @param outputs what is fetched
 */
record Entry(String name, List<Port> inputs, List<Port> outputs) {
    Entry {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    Signature signature() {
        return new Signature(
                name,
                inputs.stream().map(Port::spec).toList(),
                outputs.stream().map(Port::spec).toList());
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what requests bring and want; every method throws {@code INVALID_ARGUMENT} for what does not fit the model. */
final class Asked {
    private final List<Port> inputs;
    private final List<Port> ports;
    private final Map<String, Integer> places = new HashMap<>();
    private final int[] allOutputs;

    Asked(CheckedModel model) {
        inputs = model.inputs();
        ports = model.outputs();
        allOutputs = new int[ports.size()];
        for (int i = 0; i < allOutputs.length; i++) {
            allOutputs[i] = i;
            places.put(ports.get(i).name(), i);
        }
    }

    /** The inputs, in the model's order. */
    Tensor[] inputs(Map<String, Tensor> given) {
        Tensor[] tensors = new Tensor[inputs.size()];
        for (int i = 0; i < tensors.length; i++) {
            TensorSpec spec = inputs.get(i).spec();
            Tensor tensor = given.get(spec.name());
            if (tensor == null) {
                throw new SlipwayException(
                        INVALID_ARGUMENT, "input '%s' is missing (found: %s)".formatted(spec.name(), given.keySet()));
            } else if (tensor.dtype() != spec.dtype() || !spec.shape().accepts(tensor.shape())) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "input '%s' is %s (expected: %s%s)".formatted(spec.name(), tensor, spec.dtype(), spec.shape()));
            }
            tensors[i] = tensor;
        }
        if (given.size() > tensors.length) {
            Set<String> unknown = new HashSet<>(given.keySet());
            inputs.forEach(port -> unknown.remove(port.name()));
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "unknown inputs %s (expected: %s)"
                            .formatted(unknown, inputs.stream().map(Port::name).toList()));
        }
        return tensors;
    }

    /** The places of the outputs that are wanted; all for none. */
    int[] outputs(List<String> names) {
        if (names.isEmpty()) {
            return allOutputs;
        }
        int[] selection = new int[names.size()];
        boolean[] isSeen = new boolean[allOutputs.length];
        for (int i = 0; i < selection.length; i++) {
            Integer output = places.get(names.get(i));
            if (output == null || isSeen[output]) {
                throw refused(names.get(i), output == null ? "unknown" : "asked for twice");
            }
            isSeen[output] = true;
            selection[i] = output;
        }
        return Arrays.equals(selection, allOutputs) ? allOutputs : selection;
    }

    private SlipwayException refused(String output, String reason) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "output '%s' is %s (expected: each at most once, of %s)"
                        .formatted(
                                output, reason, ports.stream().map(Port::name).toList()));
    }
}

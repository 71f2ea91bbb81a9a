package dev.slipway.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * One way to call a model.
 *
 * @param name {@value #DEFAULT} unless the model has several
 * @param inputs in the model's own order; all are required but the {@link TensorSpec#optional} ones
 * @param outputs in the model's own order
 */
public record Signature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    /** The signature that an empty name means. */
    public static final String DEFAULT = "serving_default";

    /** Names that a message lists at most. */
    private static final int NAMES_SHOWN = 10;

    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Optional<TensorSpec> input(String name) {
        return inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    public Optional<TensorSpec> output(String name) {
        return outputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    /**
     * Checks a request's tensors and wanted outputs against this signature.
     *
     * @param wanted names of outputs; empty for all
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a missing or unknown input, a wrong dtype or shape, or an
     *     unknown output, each by name
     */
    public void check(Map<String, Tensor> tensors, List<String> wanted) {
        int missing = 0;
        for (TensorSpec spec : inputs) {
            Tensor tensor = tensors.get(spec.name());
            if (tensor == null) {
                if (spec.optional()) {
                    missing++;
                    continue;
                }
                throw mismatch(tensors);
            }
            if (tensor.dtype() != spec.dtype()) {
                throw invalid(
                        "input '%s' has dtype %s (expected: %s)".formatted(spec.name(), tensor.dtype(), spec.dtype()));
            }
            if (!spec.shape().accepts(tensor.shape())) {
                throw invalid(
                        "input '%s' has shape %s (expected: %s)".formatted(spec.name(), tensor.shape(), spec.shape()));
            }
        }
        if (tensors.size() > inputs.size() - missing) {
            throw mismatch(tensors);
        }
        for (String name : wanted) {
            if (output(name).isEmpty()) {
                throw invalid("unknown output '%s' (expected: %s)".formatted(name, names(outputs)));
            }
        }
    }

    private SlipwayException mismatch(Map<String, Tensor> tensors) {
        StringJoiner faults = new StringJoiner("; ");
        inputs.stream()
                .filter(spec -> !spec.optional() && !tensors.containsKey(spec.name()))
                .limit(NAMES_SHOWN)
                .forEach(spec -> faults.add("missing input '%s'".formatted(spec.name())));
        tensors.keySet().stream()
                .filter(name -> input(name).isEmpty())
                .limit(NAMES_SHOWN)
                .forEach(name -> faults.add("unknown input '%s'".formatted(name)));
        return invalid("%s (expected: %s)".formatted(faults, names(inputs)));
    }

    private static String names(List<TensorSpec> specs) {
        String names = specs.stream()
                .limit(NAMES_SHOWN)
                .map(spec -> "'" + spec.name() + "'")
                .collect(Collectors.joining(", "));
        return specs.isEmpty() ? "none" : specs.size() > NAMES_SHOWN ? names + ", ..." : names;
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package dev.slipway.transforms;

import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is made of one of the model's outputs.
 *
 * @param from the model's output
 * @param parts what is done to it, in this order; only the last one makes several tensors
 * @param outputs what clients get, by the names that they know
 * @param classes what the places of the last axis of {@code outputs} stand for; null when that is not known, or gone
 */
record MadeOutput(
        TensorSpec from,
        List<OutputPart> parts,
        List<TensorSpec> outputs,
        @Nullable ClassNames classes) {
    /** The model's own. */
    static MadeOutput plain(TensorSpec from, @Nullable ClassNames classes) {
        return new MadeOutput(from, List.of(), List.of(from), classes);
    }

    /**
     * @param classes the names that are known; null for none
     * @param areOwn whether they were said of this output, and so have to fit it
     */
    static MadeOutput of(OutputSettings settings, TensorSpec from, @Nullable ClassNames classes, boolean areOwn) {
        List<OutputPart> parts = new ArrayList<>();
        List<TensorSpec> specs = List.of(from);
        boolean keepsClasses = true;
        for (OutputSettings.Operation operation : settings.operations()) {
            if (specs.size() > 1) {
                throw new IllegalArgumentException(
                        "operations: %s comes after one that makes several tensors (expected: as the last)"
                                .formatted(operation));
            }
            OutputPart part = operation.open(specs.get(0), classes);
            parts.add(part);
            specs = part.outputs();
            keepsClasses &= part.keepsClasses();
        }
        ClassNames kept = keepsClasses ? Outputs.fitting(classes, specs.get(0)) : null;
        if (areOwn && keepsClasses && kept == null && classes != null) {
            long[] dims = specs.get(0).shape().dims();
            classes.check(from.name(), dims.length < 2 ? 0 : dims[dims.length - 1]);
        }
        return new MadeOutput(from, parts, named(settings.name(), specs), kept);
    }

    private static List<TensorSpec> named(String name, List<TensorSpec> specs) {
        return name.isEmpty()
                ? specs
                : specs.stream()
                        .map(spec -> new TensorSpec(
                                specs.size() == 1 ? name : name + "_" + spec.name(),
                                spec.dtype(),
                                spec.shape(),
                                spec.sequence()))
                        .toList();
    }

    /** Adds to {@code made} what is made of {@code results}. */
    void apply(Map<String, Tensor> results, Map<String, Tensor> made) {
        if (from.sequence()) {
            String name = outputs.get(0).name();
            String prefix = from.name() + "/";
            for (int i = 0; results.containsKey(prefix + i); i++) {
                made.put(name + "/" + i, results.get(prefix + i));
            }
            return;
        }
        Tensor result = results.get(from.name());
        if (result == null) {
            throw new IllegalArgumentException("output '%s' is not among %s".formatted(from.name(), results.keySet()));
        }
        List<Tensor> tensors = List.of(result);
        for (OutputPart part : parts) {
            tensors = part.work().apply(tensors.get(0));
        }
        for (int i = 0; i < tensors.size(); i++) {
            made.put(outputs.get(i).name(), tensors.get(i));
        }
    }
}

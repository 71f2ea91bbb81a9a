package dev.slipway.backend.keras;

import dev.slipway.backend.keras.ModelConfig.Layer;
import dev.slipway.backend.keras.ModelConfig.Reference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of a layer's calls a reference means. Of a model that is a layer, Keras counts its own making as the first: Keras 3
 * where it says what comes out of the outer model, Keras 2 everywhere.
 *
 * @param early layers whose calls are counted from 1 where they go into others
 * @param late layers whose calls are counted from 1 where they come out of the model
 */
record CallNumbers(Set<String> early, Set<String> late) {
    static CallNumbers of(ModelConfig model, Dialect dialect) {
        Map<String, Integer> largest = new HashMap<>();
        Stream<Reference> inner = model.layers().stream()
                .flatMap(layer -> layer.calls().stream())
                .flatMap(call -> Stream.concat(
                        call.inputs().stream(), call.named().values().stream().flatMap(list -> list.stream())));
        Stream.concat(inner, model.outputs().values().stream())
                .forEach(reference -> largest.merge(reference.layer(), reference.call(), Math::max));
        Set<String> early = new HashSet<>();
        Set<String> late = new HashSet<>();
        for (Layer layer : model.layers()) {
            String name = layer.config().name();
            String className = layer.config().className();
            if (!ModelConfig.isModel(className)) {
                continue;
            }
            if (dialect.major() >= 3) {
                if (!className.equals("Sequential")) {
                    late.add(name);
                }
            } else if (largest.getOrDefault(name, 0) >= layer.calls().size()) {
                // Each call that is saved leads to an output: the last one's number is there, one too large.
                early.add(name);
                late.add(name);
            }
        }
        return new CallNumbers(early, late);
    }

    /** Of a tensor that goes into a layer. */
    int ofInput(Reference reference) {
        return reference.call() - (early.contains(reference.layer()) ? 1 : 0);
    }

    /** Of a tensor that comes out of the model. */
    int ofOutput(Reference reference) {
        return reference.call() - (late.contains(reference.layer()) ? 1 : 0);
    }
}

package dev.slipway.backend.keras;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights as {@code .h5} files have them: a list of names for each layer of the outermost model, the weights of layers within
 * layers one after the other. Those are told apart by the layers' names in theirs, since weights that are not trained
 * come last.
 *
 * @see <a href="https://github.com/keras-team/keras/blob/v3.15.0/keras/src/legacy/saving/legacy_h5_format.py">legacy_h5_format.py</a>
 */
final class NamedWeights implements Weights {
    private final List<Weight> left;
    private final Map<String, Weight> known = new HashMap<>();
    private final Map<String, Weights> parts = new HashMap<>();

    private NamedWeights(List<Weight> left) {
        this.left = left;
    }

    /** The weights of a whole file. */
    static Weights of(Hdf file) {
        String root = file.has("model_weights") ? "model_weights" : "";
        Map<String, Weights> layers = new LinkedHashMap<>();
        List<String> names = file.texts(root, "layer_names")
                .orElseThrow(() -> Faults.invalid(
                        "the weights have no 'layer_names' (expected: those of a file that Keras wrote)"));
        for (String name : names) {
            List<Weight> weights = new ArrayList<>();
            for (String weight : file.texts(root + "/" + name, "weight_names").orElse(List.of())) {
                String path = root + "/" + name + "/" + weight;
                weights.add(file.weight(path)
                        .orElseThrow(() -> Faults.invalid(
                                "weight '%s' of layer '%s' is not in the file (expected: it is)", weight, name)));
            }
            layers.put(name, new NamedWeights(weights));
        }
        return new Outermost(layers);
    }

    @Override
    public @Nullable Weight next(String role) {
        Weight weight = known.get(role);
        if (weight == null && !left.isEmpty()) {
            weight = left.stream()
                    .filter(one -> one.role().equals(role))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(weight);
            known.put(role, weight);
        }
        return weight;
    }

    @Override
    public Weights child(String attribute) {
        // The list is shared: what one part has taken is not there for the next.
        return parts.computeIfAbsent(attribute, name -> new NamedWeights(left));
    }

    @Override
    public Weights layer(String container, String name) {
        return parts.computeIfAbsent("layer " + name, key -> {
            List<Weight> own = left.stream()
                    .filter(weight -> Arrays.asList(weight.path().split("/")).contains(name))
                    .toList();
            left.removeAll(own);
            return new NamedWeights(new ArrayList<>(own));
        });
    }

    /** The layers of the outermost model. */
    private record Outermost(Map<String, Weights> layers) implements Weights {
        @Override
        public @Nullable Weight next(String role) {
            return null;
        }

        @Override
        public Weights child(String attribute) {
            return this;
        }

        @Override
        public Weights layer(String container, String name) {
            return layers.getOrDefault(name, new NamedWeights(new ArrayList<>()));
        }
    }
}

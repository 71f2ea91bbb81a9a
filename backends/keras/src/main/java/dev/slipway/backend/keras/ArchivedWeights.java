package dev.slipway.backend.keras;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights as {@code model.weights.h5} of a {@code .keras} file has them: a folder for each layer, {@code vars/0},
 * {@code vars/1} ... in it.
 *
 * @see <a href="https://github.com/keras-team/keras/blob/v3.15.0/keras/src/saving/saving_lib.py">keras/src/saving/saving_lib.py</a>
 */
final class ArchivedWeights implements Weights {
    private static final String LAYERS = "layers";

    /** What TensorFlow 2.12 and 2.13 called the folder of a model's layers. */
    private static final String OLD_LAYERS = "_layer_checkpoint_dependencies";

    private final Hdf file;
    private final String path;
    private final Map<String, Weight> known = new HashMap<>();
    private final Map<String, Weights> parts = new HashMap<>();
    private int at;

    ArchivedWeights(Hdf file, String path) {
        this.file = file;
        this.path = path;
    }

    @Override
    public @Nullable Weight next(String role) {
        Weight weight = known.get(role);
        if (weight == null) {
            weight = file.weight(path + "/vars/" + at).orElse(null);
            if (weight != null) {
                at++;
                known.put(role, weight);
            }
        }
        return weight;
    }

    @Override
    public Weights child(String attribute) {
        return parts.computeIfAbsent(attribute, name -> new ArchivedWeights(file, path + "/" + name));
    }

    @Override
    public Weights layer(String container, String name) {
        return parts.computeIfAbsent("layer " + name, key -> {
            String folder = file.has(path + "/" + LAYERS) || !file.has(path + "/" + OLD_LAYERS) ? LAYERS : OLD_LAYERS;
            return new ArchivedWeights(file, path + "/" + folder + "/" + container);
        });
    }
}

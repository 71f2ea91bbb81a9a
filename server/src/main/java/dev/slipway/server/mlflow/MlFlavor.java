package dev.slipway.server.mlflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The flavours of an {@code MLmodel} that are run here, in the order in which they are tried, and where each has its model.
 *
 * @see <a href="https://mlflow.org/docs/latest/ml/model/#built-in-model-flavors">MLflow: built-in model flavors</a>
 */
enum MlFlavor {
    ONNX(List.of("data"), "model.onnx"),
    TENSORFLOW(List.of("saved_model_dir", "data"), "tfmodel"),
    KERAS(List.of("data"), "data"),
    XGBOOST(List.of("data"), "model.xgb"),
    LIGHTGBM(List.of("data"), "model.lgb"),
    CATBOOST(List.of("data"), "model.cb"),
    H2O(List.of("data"), "model.h2o"),
    PYTORCH(List.of("model_data"), "data");

    /** What MLflow calls the model within a folder that an entry names. */
    private static final List<String> WITHIN =
            List.of("", "model", "model.keras", "model.h5", "model.pth", "model.pt", "model.zip");

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<String> keys;

    private final String byDefault;

    MlFlavor(List<String> keys, String byDefault) {
        this.keys = keys;
        this.byDefault = byDefault;
    }

    /** As files have it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Where the model may be, within the folder, likeliest first.
     *
     * @param entry the flavour's
     */
    List<String> places(Map<?, ?> entry) {
        String root = byDefault;
        for (String key : keys) {
            if (entry.get(key) instanceof String text) {
                root = text;
                break;
            }
        }
        List<String> places = new ArrayList<>();
        for (String within : WITHIN) {
            places.add(within.isEmpty() ? root : root + "/" + within);
        }
        return places;
    }
}

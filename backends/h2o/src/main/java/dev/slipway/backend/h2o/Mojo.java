package dev.slipway.backend.h2o;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A MOJO that has passed every check that needs no code of H2O's.
 *
 * @param features names of the columns that go in
 * @param classes names of the outputs of the classes' probabilities, in the model's order; empty where there are none
 * @param offset name of the column with offsets; empty where there is none
 */
record Mojo(
        String file,
        String category,
        List<String> features,
        List<String> classes,
        String offset,
        ModelDescription description) {
    static final String PREDICT = "predict";
    static final String MEAN_LENGTH = "mean_length";

    private static final String PLATFORM = "h2o_mojo";
    private static final Set<String> ALGORITHMS = new TreeSet<>(Set.of(
            "coxph",
            "deeplearning",
            "drf",
            "gam",
            "gbm",
            "glm",
            "isolationforest",
            "isotonicregression",
            "kmeans",
            "rulefit",
            "stackedensemble",
            "svm"));
    private static final long BASE_BYTES = 64 << 10;

    /** @throws dev.slipway.api.SlipwayException as {@code Loader.describe} */
    static Mojo of(Path path) {
        try (MojoArchive archive = MojoArchive.open(path)) {
            ModelIni ini = ModelIni.of(archive);
            checkAlgorithm(archive, ini.value("algo"));
            for (String name : archive.names()) {
                if (name.endsWith("/" + ModelIni.ENTRY)) {
                    archive.text(name)
                            .lines()
                            .filter(line -> line.matches("\\s*algo\\s*=.*"))
                            .forEach(line -> checkAlgorithm(
                                    archive,
                                    line.substring(line.indexOf('=') + 1).strip()));
                }
            }
            TreeCheck.of(archive, ini);
            String offset = ini.value("offset_column").equals("null") ? "" : ini.value("offset_column");
            List<String> features = ini.columns().subList(0, ini.features());
            List<TensorSpec> inputs = new ArrayList<>();
            for (int i = 0; i < features.size(); i++) {
                DType dtype = ini.domains().containsKey(i) ? DType.STRING : DType.FP64;
                inputs.add(new TensorSpec(features.get(i), dtype, Shape.of(-1), false, true));
            }
            if (!offset.isEmpty() && !features.contains(offset)) {
                inputs.add(new TensorSpec(offset, DType.FP64, Shape.of(-1), false, true));
            }
            List<String> classes = classes(archive, ini);
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("algorithm", MojoArchive.shown(ini.value("algorithm")));
            metadata.put("producer", "H2O " + MojoArchive.shown(ini.value("h2o_version")));
            metadata.put("mojo_version", MojoArchive.shown(ini.value("mojo_version")));
            metadata.put("category", MojoArchive.shown(ini.value("category")));
            return new Mojo(
                    archive.file(),
                    ini.value("category"),
                    List.copyOf(features),
                    classes,
                    offset,
                    new ModelDescription(
                            PLATFORM,
                            Map.of(Signature.DEFAULT, new Signature(Signature.DEFAULT, inputs, outputs(ini, classes))),
                            BASE_BYTES + archive.byteCount(),
                            metadata));
        }
    }

    private static void checkAlgorithm(MojoArchive archive, String algorithm) {
        if (!ALGORITHMS.contains(algorithm)) {
            throw archive.refused(
                    UNIMPLEMENTED,
                    "the algorithm '%s'".formatted(MojoArchive.shown(algorithm)),
                    "one of %s%s"
                            .formatted(
                                    ALGORITHMS,
                                    algorithm.equals("xgboost") ? "; XGBoost's own files are served by trees" : ""));
        }
    }

    /** H2O's own names: the labels, or {@code p0} for a label that is a number. */
    private static List<String> classes(MojoArchive archive, ModelIni ini) {
        return switch (ini.value("category")) {
            case "Binomial", "Multinomial", "Ordinal" -> {
                List<String> labels = ini.labels();
                if (labels.size() < 2 || !String.valueOf(labels.size()).equals(ini.value("n_classes"))) {
                    throw archive.refused(
                            INVALID_ARGUMENT,
                            "%d labels".formatted(labels.size()),
                            "n_classes, %s".formatted(MojoArchive.shown(ini.value("n_classes"))));
                }
                yield labels.stream()
                        .map(label -> label.matches("-?\\d{1,9}") || label.equals(PREDICT) ? "p" + label : label)
                        .toList();
            }
            case "Regression", "Clustering", "AnomalyDetection", "CoxPH" -> List.of();
            default ->
                throw archive.refused(
                        UNIMPLEMENTED,
                        "the category '%s'".formatted(MojoArchive.shown(ini.value("category"))),
                        "AnomalyDetection, Binomial, Clustering, CoxPH, Multinomial, Ordinal or Regression");
        };
    }

    private static List<TensorSpec> outputs(ModelIni ini, List<String> classes) {
        List<TensorSpec> outputs = new ArrayList<>();
        outputs.add(new TensorSpec(PREDICT, classes.isEmpty() ? DType.FP64 : DType.STRING, Shape.of(-1)));
        classes.forEach(name -> outputs.add(new TensorSpec(name, DType.FP64, Shape.of(-1))));
        if (ini.value("category").equals("AnomalyDetection")) {
            outputs.add(new TensorSpec(MEAN_LENGTH, DType.FP64, Shape.of(-1)));
        }
        return outputs;
    }

    Signature signature() {
        return description.signatures().values().iterator().next();
    }
}

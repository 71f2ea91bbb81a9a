package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Loads one CatBoost file, once it has passed every check, and was opened by another process. */
final class CatBoostLoader implements Loader {
    private static final String PLATFORM = "catboost_cbm";
    private static final String PREDICTION_TYPE = "prediction_type";
    private static final Map<String, String> TYPES = Map.of(
            "RawFormulaVal", Prediction.RAW,
            "Probability", Prediction.PROBABILITY,
            "Class", Prediction.CLASS,
            "Exponent", Prediction.EXPONENT);
    private static final long BASE_BYTES = 64 << 10;

    private final CatBoostBackend backend;
    private final Path path;
    private final LoadOptions options;

    CatBoostLoader(CatBoostBackend backend, Path path) {
        this(backend, path, LoadOptions.NONE);
    }

    private CatBoostLoader(CatBoostBackend backend, Path path, LoadOptions options) {
        this.backend = backend;
        this.path = path;
        this.options = options;
    }

    @Override
    public String format() {
        return CatBoostBackend.FORMAT;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Loader with(LoadOptions said) {
        return new CatBoostLoader(backend, path, said);
    }

    @Override
    public ModelDescription describe() {
        return description(CbmFile.of(path));
    }

    @Override
    public Servable load() {
        CbmFile checked = CbmFile.of(path);
        ModelDescription description = description(checked);
        String digest = digest(checked.bytes().array());
        if (!backend.tried().contains(digest)) {
            CatBoostTrial.check(checked.file(), path);
            backend.tried().add(digest);
        }
        return new CatBoostServable(
                checked.withoutBytes(), description, Scorer.open(checked), backend.claim(description.memoryBytes()));
    }

    private ModelDescription description(CbmFile checked) {
        options.check(CatBoostBackend.FORMAT, false, Set.of(PREDICTION_TYPE));
        List<TensorSpec> inputs = new ArrayList<>();
        checked.numbers().forEach(name -> inputs.add(new TensorSpec(name, DType.FP32, Shape.of(-1), false, true)));
        checked.categories().forEach(name -> inputs.add(new TensorSpec(name, DType.STRING, Shape.of(-1), false, true)));
        Prediction prediction = Prediction.of(checked);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("loss_function", prediction.loss());
        metadata.put("trees", String.valueOf(checked.trees()));
        Map<String, List<String>> classes =
                prediction.labels().isEmpty() ? Map.of() : Map.of(Prediction.PROBABILITY, prediction.labels());
        List<TensorSpec> outputs = outputs(prediction);
        boolean hasClasses = outputs.stream().anyMatch(spec -> spec.name().equals(Prediction.PROBABILITY));
        return new ModelDescription(
                PLATFORM,
                Map.of(Signature.DEFAULT, new Signature(Signature.DEFAULT, inputs, outputs)),
                BASE_BYTES + 2L * checked.bytes().limit(),
                metadata,
                hasClasses ? classes : Map.of());
    }

    /** All that there is, or what was asked for by CatBoost's name of it. */
    private List<TensorSpec> outputs(Prediction prediction) {
        List<TensorSpec> outputs = prediction.outputs();
        String type = options.parameters().get(PREDICTION_TYPE);
        if (type == null) {
            return outputs;
        }
        String name = TYPES.getOrDefault(type, "");
        List<TensorSpec> wanted =
                outputs.stream().filter(spec -> spec.name().equals(name)).toList();
        if (wanted.isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "parameters: prediction_type is '%s' for a model with the loss '%s' (expected: one of %s)"
                            .formatted(
                                    type,
                                    prediction.loss(),
                                    TYPES.entrySet().stream()
                                            .filter(entry -> outputs.stream()
                                                    .anyMatch(
                                                            spec -> spec.name().equals(entry.getValue())))
                                            .map(Map.Entry::getKey)
                                            .sorted()
                                            .toList()));
        }
        return wanted;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

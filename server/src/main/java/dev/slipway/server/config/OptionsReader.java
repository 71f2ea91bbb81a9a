package dev.slipway.server.config;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of how a model is loaded. */
final class OptionsReader {
    static final String DETERMINISTIC = "deterministic";
    static final String SIGNATURE = "signature";
    static final String PARAMETERS = "parameters";

    private static final String INPUTS = "inputs";
    private static final String OUTPUTS = "outputs";
    private static final String DTYPE = "dtype";
    private static final String SHAPE = "shape";
    private static final String OPTIONAL = "optional";
    private static final String SHAPE_EXPECTED = "sizes such as [-1, 4], where -1 is any";
    private static final Map<String, DType> DTYPES = new LinkedHashMap<>();

    static {
        for (DType dtype : DType.values()) {
            if (dtype != DType.MAP) {
                DTYPES.put(dtype.name().toLowerCase(Locale.ROOT), dtype);
            }
        }
    }

    private final Section model;

    OptionsReader(Section model) {
        this.model = model;
    }

    /** @param byDefault what holds where the file says nothing */
    LoadOptions read(LoadOptions byDefault) {
        return new LoadOptions(
                model.truth(DETERMINISTIC, byDefault.isDeterministic()),
                model.get(SIGNATURE) == null ? byDefault.signature() : signature(),
                model.get(PARAMETERS) == null ? byDefault.parameters() : parameters());
    }

    /** As {@link #read} reads it. */
    static Object written(@Nullable Signature signature) {
        if (signature == null) {
            return ModelReader.NONE;
        }
        Map<String, Object> written = new LinkedHashMap<>();
        written.put(INPUTS, written(signature.inputs()));
        written.put(OUTPUTS, written(signature.outputs()));
        return written;
    }

    private static Map<String, Object> written(List<TensorSpec> specs) {
        Map<String, Object> written = new LinkedHashMap<>();
        for (TensorSpec spec : specs) {
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put(DTYPE, spec.dtype().name().toLowerCase(Locale.ROOT));
            if (!spec.shape().isAnyRank()) {
                List<Long> dims = new ArrayList<>();
                for (long dim : spec.shape().dims()) {
                    dims.add(dim);
                }
                tensor.put(SHAPE, dims);
            }
            if (spec.optional()) {
                tensor.put(OPTIONAL, true);
            }
            written.put(spec.name(), tensor);
        }
        return written;
    }

    private @Nullable Signature signature() {
        YamlValue said = model.get(SIGNATURE);
        if (said != null && ModelReader.NONE.equals(said.content())) {
            return null;
        }
        Section signature = model.section(SIGNATURE);
        List<TensorSpec> inputs = specs(signature, INPUTS);
        List<TensorSpec> outputs = specs(signature, OUTPUTS);
        if (inputs.isEmpty() || outputs.isEmpty()) {
            signature.problem(
                    "signature without %s (expected: one at least)".formatted(inputs.isEmpty() ? INPUTS : OUTPUTS));
            return null;
        }
        return new Signature(Signature.DEFAULT, inputs, outputs);
    }

    private static List<TensorSpec> specs(Section signature, String key) {
        List<TensorSpec> specs = new ArrayList<>();
        Section tensors = signature.section(key);
        for (String name : tensors.keys()) {
            Section tensor = tensors.section(name);
            DType dtype = tensor.choice(DTYPE, DTYPES, DType.FP32);
            boolean isOptional = tensor.truth(OPTIONAL, false);
            if (isOptional && dtype != DType.STRING && !dtype.isFloat()) {
                tensor.problem("optional: dtype %s has no value for what is missing (expected: string or a float)"
                        .formatted(dtype.name().toLowerCase(Locale.ROOT)));
                isOptional = false;
            }
            specs.add(new TensorSpec(name, dtype, shape(tensor), false, isOptional));
        }
        return specs;
    }

    private static Shape shape(Section tensor) {
        YamlValue said = tensor.get(SHAPE);
        if (said == null) {
            return Shape.ANY;
        }
        List<Long> dims = new ArrayList<>();
        for (YamlValue item : said.list()) {
            Optional<Long> dim = Section.whole(item, -1, Integer.MAX_VALUE);
            if (dim.isEmpty()) {
                tensor.faults().wrong(item, SHAPE_EXPECTED);
                return Shape.ANY;
            }
            dims.add(dim.get());
        }
        if (!said.isList()) {
            tensor.faults().wrong(said, SHAPE_EXPECTED);
        }
        return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        model.section(PARAMETERS).forEach((name, value) -> {
            Object content = value.content();
            if (value.isMap() || value.isList() || content == null) {
                model.faults().wrong(value, "a text, a number or a truth value");
            } else {
                parameters.put(
                        name, content instanceof BigDecimal number ? number.toPlainString() : String.valueOf(content));
            }
        });
        return parameters;
    }
}

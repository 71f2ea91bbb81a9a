package dev.slipway.server.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/**
 * What a file {@code MLmodel} says.
 *
 * @param payloads files and folders within the folder that may hold the model, likeliest first; all are there
 * @param flavors all that it names
 * @param inputs of the signature; empty when it has none
 * @param outputs of the signature; empty when it has none
 * @see <a href="https://mlflow.org/docs/latest/ml/model/">MLflow: MLmodel</a>
 */
record MlModel(List<Path> payloads, List<String> flavors, List<MlColumn> inputs, List<MlColumn> outputs) {
    static final String FILE = "MLmodel";

    /** What is run by MLflow itself, in a process of its own. */
    private static final String PYTHON_FUNCTION = "python_function";

    private static final int LETTERS_MAX = 4 << 20;
    private static final int ALIASES_MAX = 50;
    private static final int DEPTH_MAX = 50;

    MlModel {
        payloads = List.copyOf(payloads);
        flavors = List.copyOf(flavors);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether MLflow itself can run it. */
    boolean isPython() {
        return flavors.contains(PYTHON_FUNCTION);
    }

    /**
     * What goes in and out, by itself.
     *
     * @throws SlipwayException {@code UNIMPLEMENTED} when it has no signature
     */
    Signature signature() {
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED,
                    "MLmodel has no signature (expected: one with inputs and outputs, to be run by python_function)");
        }
        return new Signature(
                Signature.DEFAULT,
                inputs.stream().map(column -> column.named("input").spec()).toList(),
                outputs.stream()
                        .map(column -> column.named("predictions").spec())
                        .toList());
    }

    /**
     * @param folder that holds it
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is broken, or its payload is not in the folder; {@code
     *     UNIMPLEMENTED} when it has no flavour that can be run, naming those it has; {@code UNAVAILABLE} when it can't be
     *     read
     */
    static MlModel read(Path folder) {
        Map<?, ?> root = map(parse(text(folder.resolve(FILE))));
        Map<?, ?> flavors = map(root.get("flavors"));
        List<String> names = flavors.keySet().stream().map(String::valueOf).toList();
        List<MlFlavor> known = Arrays.stream(MlFlavor.values())
                .filter(flavor -> names.contains(flavor.key()))
                .toList();
        if (known.isEmpty() && !names.contains(PYTHON_FUNCTION)) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED,
                    "MLmodel has the flavours %s (expected: one of %s, python_function among them)"
                            .formatted(
                                    names,
                                    Arrays.stream(MlFlavor.values())
                                            .map(MlFlavor::key)
                                            .collect(Collectors.joining(", "))));
        }
        List<Path> payloads = new ArrayList<>();
        for (MlFlavor flavor : known) {
            List<String> places = flavor.places(map(flavors.get(flavor.key())));
            List<Path> there = places.stream()
                    .map(place -> within(folder, place))
                    .filter(Files::exists)
                    .toList();
            payloads.addAll(there);
            if (there.isEmpty() && known.size() == 1 && !names.contains(PYTHON_FUNCTION)) {
                throw invalid("data '%s' is not there (expected: in the model's folder)".formatted(places.get(0)));
            }
        }
        Map<?, ?> signature = map(root.get("signature"));
        return new MlModel(
                payloads, names, columns(signature.get("inputs"), true), columns(signature.get("outputs"), false));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LETTERS_MAX) {
                throw invalid("%d bytes (expected: at most %d)".formatted(Files.size(file), LETTERS_MAX));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "MLmodel can't be read: " + e, e);
        }
    }

    private static @Nullable Object parse(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LETTERS_MAX);
        limits.setNestingDepthLimit(DEPTH_MAX);
        limits.setMaxAliasesForCollections(ALIASES_MAX);
        limits.setAllowRecursiveKeys(false);
        DumperOptions form = new DumperOptions();
        try {
            return new Yaml(new SafeConstructor(limits), new Representer(form), form, limits).load(text);
        } catch (MarkedYAMLException e) {
            // Its message has lines of the file.
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw noYaml("line %d: %s".formatted(line, e.getProblem()), e);
        } catch (YAMLException | ClassCastException | NumberFormatException e) {
            throw noYaml(String.valueOf(e.getMessage()), e);
        }
    }

    private static SlipwayException noYaml(String problem, RuntimeException cause) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "MLmodel is no YAML: %s (expected: a map)".formatted(problem), cause);
    }

    private static Path within(Path folder, String data) {
        Path found = folder.resolve(data).normalize();
        try {
            boolean isInside = !Path.of(data).isAbsolute() && found.startsWith(folder.normalize());
            if (!isInside || (Files.exists(found) && !found.toRealPath().startsWith(folder.toRealPath()))) {
                throw invalid("data '%s' leads out of the model's folder (expected: a file in it)".formatted(data));
            }
            return found;
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "MLmodel: data '%s': %s".formatted(data, e), e);
        }
    }

    /** The inputs are JSON within YAML, and JSON is YAML. */
    private static List<MlColumn> columns(@Nullable Object written, boolean areNamed) {
        Object parsed = written instanceof String text ? parse(text) : written;
        List<MlColumn> inputs = new ArrayList<>();
        if (parsed instanceof List<?> list) {
            for (Object item : list) {
                inputs.add(column(map(item), areNamed));
            }
        }
        return inputs;
    }

    private static MlColumn column(Map<?, ?> item, boolean isNamed) {
        String name = item.get("name") instanceof String text ? text : "";
        String type = String.valueOf(item.get("type"));
        boolean isRequired = !Boolean.FALSE.equals(item.get("required")) && !Boolean.TRUE.equals(item.get("optional"));
        if (!type.equals("tensor")) {
            if (name.isEmpty() && isNamed) {
                throw invalid("a column of the signature has no name (expected: one)");
            }
            return new MlColumn(name, columnType(name, type), Shape.of(-1), false, isRequired);
        }
        Map<?, ?> tensor = map(item.get("tensor-spec"));
        List<Long> dims = new ArrayList<>();
        if (tensor.get("shape") instanceof List<?> list) {
            list.forEach(dim -> dims.add(dim instanceof Number size ? size.longValue() : -1L));
        }
        Shape shape = Shape.of(dims.stream().mapToLong(dim -> Math.max(-1, dim)).toArray());
        return new MlColumn(name, tensorType(name, String.valueOf(tensor.get("dtype"))), shape, true, isRequired);
    }

    private static DType columnType(String name, String type) {
        return switch (type) {
            case "boolean" -> DType.BOOL;
            case "integer" -> DType.INT32;
            case "long" -> DType.INT64;
            case "float" -> DType.FP32;
            case "double" -> DType.FP64;
            case "string", "binary", "datetime" -> DType.STRING;
            default -> throw unknown("column '%s'".formatted(name), type);
        };
    }

    private static DType tensorType(String name, String dtype) {
        return switch (dtype.toLowerCase(Locale.ROOT)) {
            case "bool" -> DType.BOOL;
            case "float16" -> DType.FP16;
            case "float32" -> DType.FP32;
            case "float64" -> DType.FP64;
            case "int8" -> DType.INT8;
            case "int16" -> DType.INT16;
            case "int32" -> DType.INT32;
            case "int64" -> DType.INT64;
            case "uint8" -> DType.UINT8;
            case "uint16" -> DType.UINT16;
            case "uint32" -> DType.UINT32;
            case "uint64" -> DType.UINT64;
            case "str", "object", "bytes" -> DType.STRING;
            default -> throw unknown("tensor '%s'".formatted(name), dtype);
        };
    }

    private static SlipwayException unknown(String subject, String type) {
        return new SlipwayException(
                ErrorCode.UNIMPLEMENTED,
                "MLmodel: %s of the signature is a %s (expected: numbers, truths or text)".formatted(subject, type));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, "MLmodel: " + message);
    }
}

package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loads one file. */
final class TreesLoader implements Loader {
    static final String ITERATIONS = "iterations";
    static final String INPUT_DTYPE = "input_dtype";

    private final TreesBackend backend;
    private final Path path;
    private final TreeFormat format;
    private final LoadOptions options;

    TreesLoader(TreesBackend backend, Path path, TreeFormat format, LoadOptions options) {
        this.backend = backend;
        this.path = path;
        this.format = format;
        this.options = options;
    }

    @Override
    public String format() {
        return format == TreeFormat.LIGHTGBM ? LightgbmModel.FORMAT : XgboostModel.FORMAT;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Loader with(LoadOptions wanted) {
        return new TreesLoader(backend, path, format, wanted);
    }

    @Override
    public ModelDescription describe() {
        return backend.descriptions()
                .of(path, options, () -> Interface.of(read(), dtype()).description());
    }

    @Override
    public Servable load() {
        TreeModel model = read();
        Interface shape = Interface.of(model, dtype());
        Scorer scorer = model.scorer();
        return new TreesServable(
                String.valueOf(path.getFileName()),
                shape,
                scorer,
                backend.claim(shape.description().memoryBytes()));
    }

    private TreeModel read() {
        boolean isLightgbm = format == TreeFormat.LIGHTGBM;
        options.check(format(), false, Set.of(isLightgbm ? INPUT_DTYPE : ITERATIONS));
        String iterations = options.parameters().getOrDefault(ITERATIONS, "best");
        if (!iterations.equals("best") && !iterations.equals("all")) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "parameters: %s '%s' (expected: best or all)".formatted(ITERATIONS, iterations));
        }
        return format.read(path, iterations.equals("best"));
    }

    /** What clients send; null for what the model compares. */
    private @Nullable DType dtype() {
        String dtype = options.parameters().get(INPUT_DTYPE);
        if (dtype == null) {
            return null;
        }
        return switch (dtype) {
            case "FP32" -> DType.FP32;
            case "FP64" -> DType.FP64;
            default ->
                throw new SlipwayException(
                        INVALID_ARGUMENT, "parameters: %s '%s' (expected: FP32 or FP64)".formatted(INPUT_DTYPE, dtype));
        };
    }
}

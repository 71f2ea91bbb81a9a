package dev.slipway.server.cli;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLocation;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.ModelConfigFile;
import dev.slipway.server.config.ServingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which models to serve: a folder of our own, or TensorFlow Serving's flags. */
final class SourceFlags {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description =
                    "Folder of models: NAME/VERSION/model.onnx, NAME/model.onnx or NAME.onnx. May also be a single"
                            + " model.")
    @Nullable
    Path folder;

    @Option(names = "--model_name", paramLabel = "NAME", description = "With --model_base_path: its name (default).")
    @Nullable
    String modelName;

    @Option(
            names = "--model_base_path",
            paramLabel = "DIR",
            description = "Folder of one model, with a folder a version in it.")
    @Nullable
    Path modelBasePath;

    @Option(
            names = "--model_config_file",
            paramLabel = "FILE",
            description = "TensorFlow Serving's ModelServerConfig, in protobuf's text format.")
    @Nullable
    Path modelConfigFile;

    @Option(
            names = "--file_system_poll_wait_seconds",
            paramLabel = "S",
            description = "Seconds between two looks at all folders, behind the system's own notices"
                    + " (${DEFAULT-VALUE}); 0: look once; below 0: notices only.")
    private long pollSeconds = 30;

    @Option(
            names = "--settle_millis",
            paramLabel = "MS",
            description = "How long a version's files must be unchanged before it is loaded (${DEFAULT-VALUE}).")
    private long settleMillis = 1000;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the flags name nothing, or contradict each other */
    ServingConfig choose(Map<String, String> environment) {
        int ways = (folder == null ? 0 : 1) + (modelBasePath == null ? 0 : 1) + (modelConfigFile == null ? 0 : 1);
        if (ways > 1) {
            throw invalid("DIR, --model_base_path and --model_config_file exclude each other (expected: one of them)");
        }
        if (modelConfigFile != null) {
            return local(null, List.of())
                    .withModels(ModelConfigFile.read(modelConfigFile).models());
        }
        if (folder != null) {
            if (!Files.exists(folder)) {
                throw invalid("folder '%s' is not there (expected: a folder of models, or a model)".formatted(folder));
            }
            return local(folder, List.of());
        }
        return local(null, List.of(singleModel(environment)));
    }

    private ServingConfig local(@Nullable Path repository, List<ModelLocation> models) {
        return ServingConfig.of(
                new FileSystemSource.Options(
                        repository,
                        VersionSelection.NEWEST,
                        models,
                        Duration.ofSeconds(pollSeconds),
                        Duration.ofMillis(settleMillis)),
                Map.of());
    }

    private ModelLocation singleModel(Map<String, String> environment) {
        if (modelBasePath != null) {
            return new ModelLocation(modelName == null ? "default" : modelName, modelBasePath, VersionSelection.NEWEST);
        }
        // As TensorFlow Serving's container image has it.
        String name = environment.get("MODEL_NAME");
        String base = environment.get("MODEL_BASE_PATH");
        if (name == null && base == null) {
            throw invalid(
                    "nothing to serve (expected: slipway serve DIR, or --model_base_path, or --model_config_file)");
        }
        String found = name == null ? "model" : name;
        return new ModelLocation(
                found, Path.of(base == null ? "/models" : base).resolve(found), VersionSelection.NEWEST);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

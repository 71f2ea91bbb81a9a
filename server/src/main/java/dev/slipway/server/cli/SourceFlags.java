package dev.slipway.server.cli;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLocation;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.ConfigDocument;
import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.config.StartConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which models to serve: a folder, a configuration file, or TensorFlow Serving's flags. */
final class SourceFlags {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description =
                    "Folder of models: NAME/VERSION/model.onnx, NAME/model.onnx or NAME.onnx. May also be a single"
                            + " model.")
    @Nullable
    Path folder;

    @Option(
            names = "--models",
            paramLabel = "NAME=PATH",
            split = ",",
            description = "Models by name, each in a folder or file, or at an http, https, s3 or gs URL; several with"
                    + " commas, or by saying it again. Also beside DIR.")
    private Map<String, String> models = new TreeMap<>();

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
            names = "--model_config_file_poll_wait_seconds",
            paramLabel = "S",
            description =
                    "Seconds between two looks at --model_config_file (0: it is read again when it is asked for).")
    private int configPollSeconds;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Our own configuration; read again when it changes. ./slipway.yaml where nothing is named.")
    @Nullable
    Path config;

    @Option(
            names = "--state_dir",
            paramLabel = "DIR",
            description =
                    "Folder where applied configurations are kept, so that numbers and rollback survive a restart.")
    private @Nullable Path stateFolder;

    @Option(
            names = "--file_system_poll_wait_seconds",
            paramLabel = "S",
            description = "Seconds between two looks at all folders, behind the system's own notices"
                    + " (30); 0: look once; below 0: notices only.")
    private @Nullable Long pollSeconds;

    @Option(
            names = "--settle_millis",
            paramLabel = "MS",
            description = "How long a version's files must be unchanged before it is loaded (1000).")
    private @Nullable Long settleMillis;

    /**
     * What is to be served.
     *
     * @param serving what may change while the server runs
     * @param start what a file says of how the server runs
     * @param origin the file, and where revisions are kept
     */
    record Chosen(ServingConfig serving, StartConfig start, ServerOptions.Origin origin) {}

    /**
     * @param environment of the process
     * @param here the folder that the process was started in
     * @param memoryBudgetBytes that a flag says; 0 for none
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the flags name nothing, or contradict each other
     */
    Chosen choose(Map<String, String> environment, Path here, long memoryBudgetBytes) {
        int ways = (folder == null ? 0 : 1)
                + (modelBasePath == null ? 0 : 1)
                + (modelConfigFile == null ? 0 : 1)
                + (config == null ? 0 : 1);
        if (ways > 1 || (ways > 0 && folder == null && !models.isEmpty())) {
            throw invalid("DIR or --models, --config, --model_base_path and --model_config_file exclude each other"
                    + " (expected: one of them)");
        }
        ServingConfig flags = local(folder, List.of()).withModels(byName(here)).withMemoryBudget(memoryBudgetBytes);
        if (modelConfigFile != null) {
            return of(new ConfigFile(
                    modelConfigFile, ConfigFile.Form.TENSORFLOW, flags, Duration.ofSeconds(configPollSeconds)));
        }
        if (folder != null && !Files.exists(folder)) {
            throw invalid("folder '%s' is not there (expected: a folder of models, or a model)".formatted(folder));
        }
        boolean isNamed = ways > 0
                || !models.isEmpty()
                || environment.containsKey("MODEL_NAME")
                || environment.containsKey("MODEL_BASE_PATH");
        Path found = isNamed ? config : here.resolve(ConfigYaml.NAME);
        if (found != null && (isNamed || Files.exists(found))) {
            return of(slipway(found, flags));
        }
        ServingConfig serving =
                folder != null || !models.isEmpty() ? flags : local(null, List.of(singleModel(environment)));
        return new Chosen(
                serving.withMemoryBudget(memoryBudgetBytes),
                StartConfig.NONE,
                new ServerOptions.Origin(null, StartConfig.NONE, stateFolder));
    }

    private ConfigFile slipway(Path file, ServingConfig flags) {
        if (pollSeconds != null || settleMillis != null) {
            throw invalid("--file_system_poll_wait_seconds and --settle_millis go with folders"
                    + " (expected: poll_interval and settle_time in %s)".formatted(file));
        }
        return new ConfigFile(file, ConfigFile.Form.SLIPWAY, flags, ConfigFile.POLL);
    }

    private Chosen of(ConfigFile file) {
        ConfigDocument document = file.read();
        String said = document.start().stateFolder();
        Path state = stateFolder != null ? stateFolder : said == null ? null : Path.of(said);
        return new Chosen(
                document.serving(), document.start(), new ServerOptions.Origin(file, document.start(), state));
    }

    private ServingConfig local(@Nullable Path repository, List<ModelLocation> models) {
        return ServingConfig.of(
                new FileSystemSource.Options(
                        repository,
                        VersionSelection.NEWEST,
                        models,
                        pollSeconds == null ? FileSystemSource.Options.POLL : Duration.ofSeconds(pollSeconds),
                        settleMillis == null ? FileSystemSource.Options.SETTLE_TIME : Duration.ofMillis(settleMillis)),
                Map.of());
    }

    /** What {@code --models} names. */
    private Map<String, ModelConfig> byName(Path here) {
        Map<String, ModelConfig> named = new TreeMap<>();
        models.forEach((name, location) -> {
            boolean isUrl = location.contains("://");
            Path path = isUrl ? here : here.resolve(location).normalize();
            if (!isUrl && !Files.exists(path)) {
                throw invalid(
                        "model '%s': '%s' is not there (expected: its folder or file, or a URL)".formatted(name, path));
            }
            named.put(name, ModelConfig.at(isUrl ? location : path.toString()));
        });
        return named;
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
                    "nothing to serve (expected: slipway serve DIR, --models NAME=PATH, --config FILE, --model_base_path, or --model_config_file)");
        }
        String found = name == null ? "model" : name;
        return new ModelLocation(
                found, Path.of(base == null ? "/models" : base).resolve(found), VersionSelection.NEWEST);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

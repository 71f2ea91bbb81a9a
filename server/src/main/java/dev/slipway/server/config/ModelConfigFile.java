package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.protocol.proto.tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy;
import dev.slipway.protocol.proto.tensorflow.serving.ModelConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.tfserving.grpc.ConfigText;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What TensorFlow Serving's {@code --model_config_file}, or a {@code ReloadConfigRequest}, says.
 *
 * @param models by name; they replace all that there were
 */
public record ModelConfigFile(SortedMap<String, dev.slipway.server.config.ModelConfig> models) {

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the file can't be read, or does not make sense */
    public static ModelConfigFile read(Path file) {
        return parse(file.toString(), ConfigYaml.readText(file));
    }

    /**
     * @param subject what errors call the file
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not make sense
     */
    static ModelConfigFile parse(String subject, String text) {
        try {
            return of(ConfigText.parseModels(text));
        } catch (SlipwayException e) {
            throw new SlipwayException(e.code(), "%s: %s".formatted(subject, e.getMessage()), e);
        }
    }

    /**
     * What a message says. Base paths that are no URLs are made absolute.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not make sense
     */
    public static ModelConfigFile of(ModelServerConfig config) {
        if (!config.hasModelConfigList()) {
            throw invalid("no model_config_list (expected: model_config_list { config { name base_path } })");
        }
        SortedMap<String, dev.slipway.server.config.ModelConfig> models = new TreeMap<>();
        for (ModelConfig model : config.getModelConfigList().getConfigList()) {
            if (models.put(name(model), model(model)) != null) {
                throw invalid("model '%s' is configured twice (expected: once)".formatted(model.getName()));
            }
        }
        if (models.isEmpty()) {
            throw invalid("no models (expected: at least one config)");
        }
        return new ModelConfigFile(models);
    }

    private static String name(ModelConfig model) {
        String name = model.getName();
        if (!ConfigCheck.isModelName(name)) {
            throw invalid("model name '%s' (expected: %s)".formatted(name, ConfigCheck.MODEL_NAME));
        }
        return name;
    }

    private static dev.slipway.server.config.ModelConfig model(ModelConfig model) {
        if (model.getBasePath().isEmpty()) {
            throw invalid("model '%s' has no base_path (expected: its folder)".formatted(model.getName()));
        }
        String base = model.getBasePath();
        Map<String, Split> labels = new TreeMap<>();
        model.getVersionLabelsMap().forEach((label, version) -> labels.put(label, Split.of(version)));
        return dev.slipway.server.config.ModelConfig.at(
                        base.contains("://")
                                ? base
                                : Path.of(base).toAbsolutePath().normalize().toString())
                .withVersions(selection(model.getName(), model.getModelVersionPolicy()))
                .withLifecycle(ModelSettings.DEFAULT.withLabels(labels));
    }

    private static VersionSelection selection(String name, ServableVersionPolicy policy) {
        return switch (policy.getPolicyChoiceCase()) {
            case ALL -> new VersionSelection.All();
            case SPECIFIC -> {
                if (policy.getSpecific().getVersionsCount() == 0) {
                    throw invalid(
                            "model '%s': specific policy without versions (expected: at least one)".formatted(name));
                }
                yield new VersionSelection.Specific(
                        Set.copyOf(policy.getSpecific().getVersionsList()));
            }
            case LATEST ->
                new VersionSelection.Latest(Math.max(1, policy.getLatest().getNumVersions()));
            case POLICYCHOICE_NOT_SET -> VersionSelection.NEWEST;
        };
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

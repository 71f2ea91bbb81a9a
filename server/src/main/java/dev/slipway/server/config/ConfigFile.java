package dev.slipway.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * The file that a server was started with.
 *
 * @param path where it is
 * @param form what is written in it
 * @param flags what the command line says beside it: a memory budget goes before the file's, and for TensorFlow Serving's
 *     form all but the models is from here
 * @param poll time between two looks at it; zero for none
 */
public record ConfigFile(Path path, Form form, ServingConfig flags, Duration poll) {
    /** How often a {@code slipway.yaml} is looked at. */
    public static final Duration POLL = Duration.ofSeconds(2);

    /** What is written in a file. */
    public enum Form {
        SLIPWAY,
        /** TensorFlow Serving's {@code --model_config_file}. */
        TENSORFLOW
    }

    public ConfigFile {
        path = path.toAbsolutePath().normalize();
    }

    /** The folder that paths in it are relative to. */
    public Path folder() {
        return Objects.requireNonNullElse(path.getParent(), path);
    }

    /**
     * What its text means.
     *
     * @param subject what errors call it
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} with what is wrong, and where
     */
    public ConfigDocument parse(String subject, String text) {
        return switch (form) {
            case SLIPWAY -> {
                ConfigDocument document = ConfigYaml.parse(subject, text, folder());
                yield new ConfigDocument(withFlags(document.serving()), document.start());
            }
            case TENSORFLOW ->
                new ConfigDocument(
                        flags.withModels(ModelConfigFile.parse(subject, text).models()), StartConfig.NONE);
        };
    }

    /** @throws dev.slipway.api.SlipwayException as {@link #parse}, and when it can't be read */
    public ConfigDocument read() {
        return parse(path.toString(), text());
    }

    /** @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} when it can't be read */
    public String text() {
        return ConfigYaml.readText(path);
    }

    /** What another file's text says, with the flags that go before it. */
    public ServingConfig withFlags(ServingConfig config) {
        return flags.memoryBudgetBytes() == 0 ? config : config.withMemoryBudget(flags.memoryBudgetBytes());
    }
}

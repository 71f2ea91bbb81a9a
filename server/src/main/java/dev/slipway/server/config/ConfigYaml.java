package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.FileSystemSource;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code slipway.yaml}: the server's, and the one beside a model. */
public final class ConfigYaml {
    /** What the file is called where nobody names it. */
    public static final String NAME = "slipway.yaml";

    /** What an empty file says. */
    public static final ServingConfig NOTHING = new ServingConfig(
            "",
            ModelConfig.DEFAULT,
            new TreeMap<>(),
            FileSystemSource.Options.POLL,
            FileSystemSource.Options.SETTLE_TIME,
            0);

    private static final int BYTES_MAX = 4 << 20;

    private ConfigYaml() {}

    /**
     * What a server's file says.
     *
     * @param subject what errors call the file
     * @param base the folder that its paths are relative to
     * @throws SlipwayException {@code INVALID_ARGUMENT} with a line for each fault: {@code slipway.yaml:12: unknown key
     *     'lables' (nearest: labels)}
     */
    public static ConfigDocument parse(String subject, String text, Path base) {
        Faults faults = new Faults(subject);
        YamlValue root = YamlFile.read(subject, text, faults);
        ConfigSchema.server().check(root, faults);
        ConfigDocument document = new ConfigReader(new Section(root, faults), base).read();
        faults.check();
        return document;
    }

    /**
     * What a file beside a model says: the keys of a model, less {@code path}. Just what it says is
     * {@link ModelConfig#said}.
     *
     * @throws SlipwayException as {@link #parse}
     */
    public static ModelConfig parseModel(String subject, String text, Path base) {
        Faults faults = new Faults(subject);
        YamlValue root = YamlFile.read(subject, text, faults);
        ConfigSchema.model().check(root, faults);
        ModelConfig model = new ModelReader(new Section(root, faults), base).read(ModelConfig.DEFAULT);
        faults.check();
        return model;
    }

    /**
     * What the file at {@code path} says; errors call it by its name.
     *
     * @throws SlipwayException as {@link #parse}, and when it can't be read
     */
    public static ConfigDocument read(Path path) {
        Path file = path.toAbsolutePath().normalize();
        return parse(path.toString(), readText(path), Objects.requireNonNullElse(file.getParent(), file));
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the file can't be read, or is no text */
    static String readText(Path path) {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw invalid("%s: %d bytes (expected: at most %d)".formatted(path, Files.size(path), BYTES_MAX), null);
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw invalid("%s: is not there (expected: a configuration file)".formatted(path), e);
        } catch (CharacterCodingException e) {
            throw invalid("%s: is not text (expected: YAML, in UTF-8)".formatted(path), e);
        } catch (IOException e) {
            throw invalid("%s: can't be read: %s".formatted(path, e), e);
        }
    }

    /** As a file that {@link #parse} reads as an equal configuration. */
    public static String write(ServingConfig config) {
        return ConfigWriter.write(config);
    }

    /** A time between two looks, as it is written in a file. */
    public static String writtenPoll(Duration poll) {
        return ConfigWriter.poll(poll);
    }

    /** A time, as it is written in a file. */
    public static String writtenTime(Duration time) {
        return Quantities.print(time);
    }

    private static SlipwayException invalid(String message, @Nullable Throwable cause) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }
}

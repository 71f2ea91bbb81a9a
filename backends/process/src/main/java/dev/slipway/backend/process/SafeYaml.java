package dev.slipway.backend.process;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML, and with it JSON, as text, lists and mappings alone: bounded in size, depth and aliases, and without tags. */
final class SafeYaml {
    private static final int LETTERS_MAX = 1 << 18;
    private static final int DEPTH_MAX = 20;
    private static final int ALIASES_MAX = 20;

    private SafeYaml() {}

    /** Takes every plain scalar for text, but an empty one: who reads it knows what it should be. */
    private static final class TextOnly extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.NULL, Pattern.compile("^(?:~|null)?$"), null);
        }
    }

    /**
     * The file's one document; null for an empty one.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is no YAML; {@code UNAVAILABLE} when it can't be read
     */
    static @Nullable Object read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            if (Files.size(file) > LETTERS_MAX) {
                throw Settings.refused(
                        "%s: %d bytes (expected: at most %d)".formatted(name, Files.size(file), LETTERS_MAX));
            }
            return parse(name, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw Settings.refused("%s: bytes that are no UTF-8 (expected: text)".formatted(name));
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be read: %s".formatted(file, e), e);
        }
    }

    static @Nullable Object parse(String name, String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LETTERS_MAX);
        limits.setNestingDepthLimit(DEPTH_MAX);
        limits.setMaxAliasesForCollections(ALIASES_MAX);
        limits.setAllowRecursiveKeys(false);
        limits.setAllowDuplicateKeys(false);
        limits.setTagInspector(tag -> false);
        DumperOptions unused = new DumperOptions();
        try {
            return new Yaml(new SafeConstructor(limits), new Representer(unused), unused, limits, new TextOnly())
                    .load(text);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw Settings.refused("%s:%d: %s (expected: YAML)".formatted(name, line, e.getProblem()));
        } catch (YAMLException e) {
            throw Settings.refused("%s: %s (expected: YAML)".formatted(name, e.getMessage()));
        }
    }
}

package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML as data: no tags, no objects, bounded in size, depth and what its aliases stand for. Of plain scalars those
 * are numbers and truths that are so in YAML 1.2: {@code on} and {@code off} are words.
 */
final class YamlFile {
    private static final int LETTERS_MAX = 1 << 20;
    private static final int DEPTH_MAX = 30;
    private static final int VALUES_MAX = 200_000;
    private static final int NUMBER_LETTERS_MAX = 30;
    private static final int ALIASES_MAX = 1000;
    private static final Set<Tag> PLAIN = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

    private final Faults faults;
    private int values;

    private YamlFile(Faults faults) {
        this.faults = faults;
    }

    /** Resolves as YAML 1.2 does. */
    private static final class CoreSchema extends Resolver {
        private static final Pattern TRUTH = Pattern.compile("true|True|TRUE|false|False|FALSE");
        private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL|");
        private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
        private static final Pattern NUMBER =
                Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, TRUTH, "tTfF");
            addImplicitResolver(Tag.NULL, NOTHING, "~nN\0");
            addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
            addImplicitResolver(Tag.INT, WHOLE, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, NUMBER, "-+.0123456789");
        }
    }

    /**
     * The file's one document; an empty map for an empty file.
     *
     * @param subject what errors call the file
     * @param faults takes what is wrong with single values: keys that occur twice, tags
     * @throws SlipwayException {@code INVALID_ARGUMENT} with the line, when it is no YAML
     */
    static YamlValue read(String subject, String text, Faults faults) {
        if (text.length() > LETTERS_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s: %d letters (expected: at most %d)".formatted(subject, text.length(), LETTERS_MAX));
        }
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LETTERS_MAX);
        limits.setNestingDepthLimit(DEPTH_MAX);
        limits.setMaxAliasesForCollections(ALIASES_MAX);
        limits.setAllowRecursiveKeys(false);
        Yaml yaml = yaml(limits, new DumperOptions());
        try {
            Node root = yaml.compose(new StringReader(text));
            YamlFile file = new YamlFile(faults);
            YamlValue value =
                    root == null ? new YamlValue(Map.of(), "", 1) : file.value(root, "", line(root), new ArrayList<>());
            return value.content() == null ? new YamlValue(Map.of(), "", value.line()) : value;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw invalid("%s:%d: %s%s".formatted(subject, line, context, e.getProblem()), e);
        } catch (YAMLException e) {
            throw invalid("%s: %s".formatted(subject, e.getMessage()), e);
        }
    }

    /** Maps, lists, text, numbers and truths as YAML that {@link #read} reads as the same. */
    static String write(Object content, DumperOptions form) {
        return yaml(new LoaderOptions(), form).dump(content);
    }

    private static Yaml yaml(LoaderOptions limits, DumperOptions form) {
        return new Yaml(new SafeConstructor(limits), new Representer(form), form, limits, new CoreSchema());
    }

    private YamlValue value(Node node, String path, int line, List<Node> above) {
        if (++values > VALUES_MAX) {
            throw new YAMLException(
                    "more than %d values, aliases counted as what they stand for".formatted(VALUES_MAX));
        }
        if (above.contains(node)) {
            throw new YAMLException("line %d: an alias that stands for what it lies in".formatted(line(node)));
        }
        if (above.size() > DEPTH_MAX) {
            throw new YAMLException("line %d: deeper than %d values".formatted(line(node), DEPTH_MAX));
        }
        above.add(node);
        Object content = null;
        if (!PLAIN.contains(node.getTag())) {
            faults.problem(
                    new YamlValue(null, path, line),
                    "tag %s (expected: no tags)".formatted(node.getTag().getValue()));
        } else if (node instanceof MappingNode mapping) {
            content = map(mapping, path, above);
        } else if (node instanceof SequenceNode sequence) {
            content = list(sequence, path, above);
        } else if (node instanceof ScalarNode scalar) {
            content = scalar(scalar);
        }
        above.remove(above.size() - 1);
        return new YamlValue(content, path, line);
    }

    private Map<String, YamlValue> map(MappingNode mapping, String path, List<Node> above) {
        Map<String, YamlValue> map = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Node keyNode = entry.getKeyNode();
            int line = line(keyNode);
            if (!(keyNode instanceof ScalarNode scalar)) {
                faults.problem(new YamlValue(null, join(path, "?"), line), "a key that is no text (expected: a name)");
                continue;
            }
            String key = scalar.getValue();
            YamlValue value = value(entry.getValueNode(), join(path, key), line, above);
            YamlValue before = map.putIfAbsent(key, value);
            if (before != null) {
                // The first one may have a fault of its own at that path: this one is about the key.
                faults.unknownKey(
                        new YamlValue(null, join(path, key) + "#" + line, line),
                        "key '%s' is there twice (first: line %d; expected: once)".formatted(key, before.line()));
            }
        }
        return map;
    }

    private List<YamlValue> list(SequenceNode sequence, String path, List<Node> above) {
        List<YamlValue> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            list.add(value(item, "%s[%d]".formatted(path, list.size()), line(item), above));
        }
        return list;
    }

    private static @Nullable Object scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.getTag().equals(Tag.NULL)) {
            return null;
        }
        if (scalar.getTag().equals(Tag.BOOL)) {
            return Boolean.valueOf(text);
        }
        boolean isNumber = scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT);
        try {
            return isNumber && text.length() <= NUMBER_LETTERS_MAX ? new BigDecimal(text) : text;
        } catch (NumberFormatException e) {
            // Tagged as a number by hand.
            return text;
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int line(Node node) {
        return Objects.requireNonNull(node.getStartMark()).getLine() + 1;
    }

    private static SlipwayException invalid(String message, YAMLException cause) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }
}

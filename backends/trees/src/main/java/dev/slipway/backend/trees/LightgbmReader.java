package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads LightGBM's text.
 *
 * @see <a href="https://github.com/microsoft/LightGBM/blob/v4.3.0/src/boosting/gbdt_model_text.cpp">LightGBM:
 *     SaveModelToString and LoadModelFromString</a>
 */
final class LightgbmReader {
    static final String FIRST_LINE = "tree";

    /** What stands behind the trees; up to 2.2, the features' importances. */
    private static final List<String> END_OF_TREES = List.of("end of trees", "feature importances:");

    private static final int COLUMNS_MAX = 4096;
    private static final int CLASSES_MAX = 1 << 20;

    private final FileBytes bytes;
    private final LightgbmLines lines;

    LightgbmReader(FileBytes bytes) {
        this.bytes = bytes;
        lines = new LightgbmLines(bytes);
    }

    LightgbmModel read() {
        String first = lines.next();
        if (!FIRST_LINE.equals(first)) {
            throw bytes.broken("another first line", "'%s'".formatted(FIRST_LINE));
        }
        LightgbmFields header = new LightgbmFields(bytes, "the header", lines.section());
        String version = header.text("version");
        if (!List.of("v2", "v3", "v4").contains(version)) {
            throw bytes.fault(UNIMPLEMENTED, "version '%s'".formatted(version), "v2, v3 or v4");
        }
        int width = header.whole("num_tree_per_iteration", 1, CLASSES_MAX);
        int features = header.whole("max_feature_idx", 0, Integer.MAX_VALUE - 1) + 1;
        LightgbmObjective objective =
                LightgbmObjective.of(bytes, header.has("objective") ? header.text("objective") : "");
        List<LightgbmTree> trees = trees(features);
        int told = header.has("tree_sizes") ? header.split("tree_sizes").length : trees.size();
        if (told != trees.size()) {
            throw bytes.broken("%d trees".formatted(trees.size()), "%d, as tree_sizes has it".formatted(told));
        } else if (trees.size() % width != 0) {
            throw bytes.broken("%d trees, %d an iteration".formatted(trees.size(), width), "whole iterations");
        }
        Map<String, String> metadata = new TreeMap<>(Map.of(
                "producer",
                "lightgbm",
                "format_version",
                version,
                "objective",
                objective.name(),
                "trees",
                String.valueOf(trees.size())));
        return new LightgbmModel(
                objective, features, columns(header, features), width, header.has("average_output"), trees, metadata);
    }

    private List<LightgbmTree> trees(int features) {
        List<LightgbmTree> trees = new ArrayList<>();
        int leaves = 0;
        while (true) {
            String line = lines.next();
            while (line != null && line.isEmpty()) {
                line = lines.next();
            }
            if (line == null) {
                throw bytes.broken("the end of the file behind %d trees".formatted(trees.size()), "'end of trees'");
            } else if (END_OF_TREES.contains(line)) {
                return trees;
            } else if (!line.equals("Tree=" + trees.size())) {
                throw bytes.broken(
                        "'%s'".formatted(line.length() > 40 ? line.substring(0, 40) : line),
                        "'Tree=%d' or 'end of trees'".formatted(trees.size()));
            }
            LightgbmFields fields = new LightgbmFields(bytes, line, lines.section());
            LightgbmTree tree = LightgbmTree.of(fields, features, leaves);
            leaves = Math.addExact(leaves, tree.leaves().length);
            trees.add(tree);
        }
    }

    private List<Column> columns(LightgbmFields header, int features) {
        List<List<Object>> categories = pandasCategories();
        String[] names = header.split("feature_names");
        if (names.length != features) {
            throw bytes.broken("%d feature_names".formatted(names.length), String.valueOf(features));
        }
        boolean isNamed = new HashSet<>(Arrays.asList(names)).size() == names.length && names.length <= COLUMNS_MAX;
        boolean isMadeUp = true;
        for (int i = 0; i < names.length; i++) {
            isMadeUp &= names[i].equals("Column_" + i);
        }
        if (!isNamed || isMadeUp) {
            return List.of();
        }
        String[] infos = header.has("feature_infos") ? header.split("feature_infos") : new String[0];
        boolean[] isCategory = new boolean[features];
        int count = 0;
        for (int i = 0; i < infos.length && i < features; i++) {
            isCategory[i] = !infos[i].startsWith("[") && !infos[i].equals("none");
            count += isCategory[i] ? 1 : 0;
        }
        // Lists are those of the columns with categories, in their order; where a column was never used, nobody can
        // tell.
        boolean isKnown = infos.length == features && count == categories.size();
        List<Column> columns = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < features; i++) {
            columns.add(
                    isKnown && isCategory[i]
                            ? Column.of(names[i], DType.FP64, categories.get(next++))
                            : Column.plain(names[i], DType.FP64));
        }
        return columns;
    }

    /** What Python's package appends: of each column of type category, its categories; empty where there is nothing. */
    private List<List<Object>> pandasCategories() {
        String prefix = "pandas_categorical:";
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.startsWith(prefix)) {
                return new PandasList(line.substring(prefix.length())).read();
            }
        }
        return List.of();
    }
}

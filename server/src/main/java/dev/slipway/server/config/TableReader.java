package dev.slipway.server.config;

import dev.slipway.transforms.table.Encoding;
import dev.slipway.transforms.table.Scaling;
import dev.slipway.transforms.table.TableColumn;
import dev.slipway.transforms.table.TableInput;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of the tables that a model is sent. */
final class TableReader {
    private static final Map<String, TableColumn.Type> TYPES = new LinkedHashMap<>();
    private static final Map<String, Encoding.Form> FORMS = new LinkedHashMap<>();
    private static final Map<String, TableColumn.Missing> MISSING = new LinkedHashMap<>();

    static {
        for (TableColumn.Type type : TableColumn.Type.values()) {
            TYPES.put(type.word(), type);
        }
        FORMS.put("index", Encoding.Form.INDEX);
        FORMS.put("one_hot", Encoding.Form.ONE_HOT);
        FORMS.put("text", Encoding.Form.TEXT);
        MISSING.put("error", TableColumn.Missing.ERROR);
        MISSING.put("nan", TableColumn.Missing.KEPT);
        MISSING.put("empty", TableColumn.Missing.KEPT);
    }

    private final Section table;

    TableReader(Section table) {
        this.table = table;
    }

    /** Null when it makes no sense, which the faults then say. */
    @Nullable
    TableInput read() {
        List<TableColumn> columns = new ArrayList<>();
        YamlValue said = table.get("columns");
        for (YamlValue item : said == null ? List.<YamlValue>of() : said.list()) {
            if (!item.isMap()) {
                table.faults().wrong(item, "keys of a column, such as name and type");
                continue;
            }
            Section section = new Section(item, table.faults());
            try {
                columns.add(column(section));
            } catch (IllegalArgumentException e) {
                section.problem(Objects.requireNonNullElse(e.getMessage(), "makes no sense"));
            }
        }
        if (!table.faults().isEmpty()) {
            return null;
        }
        try {
            return new TableInput(columns, table.text("tensor", ""));
        } catch (IllegalArgumentException e) {
            table.problem(Objects.requireNonNullElse(e.getMessage(), "makes no sense"));
            return null;
        }
    }

    private static TableColumn column(Section column) {
        TableColumn.Type type = column.choice("type", TYPES, TableColumn.Type.NUMBER);
        return new TableColumn(column.text("name", ""), type, missing(column), encoding(column), scaling(column));
    }

    private static TableColumn.Missing missing(Section column) {
        YamlValue byDefault = column.get("default");
        if (byDefault == null) {
            return column.choice("missing", MISSING, TableColumn.Missing.ERROR);
        }
        alone(column, "missing", "default", "either");
        Object value = byDefault.content() instanceof BigDecimal number ? number.doubleValue() : byDefault.content();
        return new TableColumn.Missing(true, value);
    }

    private static @Nullable Encoding encoding(Section column) {
        YamlValue categories = column.get("categories");
        if (categories == null) {
            alone(column, "encode", "no categories", "categories beside it");
            alone(column, "unknown", "no categories", "categories beside it");
            return null;
        }
        List<String> names = new ArrayList<>();
        for (YamlValue item : categories.list()) {
            names.add(
                    item.content() instanceof BigDecimal number
                            ? number.toPlainString()
                            : String.valueOf(item.content()));
        }
        Path file = categories.isList() ? null : OutputReader.path(column, "categories");
        Encoding.Form form = column.choice("encode", FORMS, Encoding.Form.INDEX);
        return new Encoding(form, names, file, unknown(column, form));
    }

    private static @Nullable Integer unknown(Section column, Encoding.Form form) {
        YamlValue said = column.get("unknown");
        if (said == null || "error".equals(said.content())) {
            return null;
        }
        if ("zeros".equals(said.content()) && form == Encoding.Form.ONE_HOT) {
            return 0;
        }
        Optional<Long> index = form == Encoding.Form.INDEX
                ? Section.whole(said, Integer.MIN_VALUE, Integer.MAX_VALUE)
                : Optional.empty();
        if (index.isEmpty()) {
            column.faults().wrong(said, "error; zeros, with one_hot; a whole number, with index");
        }
        return index.map(Long::intValue).orElse(null);
    }

    private static @Nullable Scaling scaling(Section column) {
        if (column.get("scale") == null) {
            return null;
        }
        Section scale = column.section("scale");
        boolean isOfBounds = scale.get("min") != null || scale.get("max") != null;
        if (isOfBounds) {
            alone(scale, "mean", "min or max", "mean and std, or min and max");
            alone(scale, "std", "min or max", "mean and std, or min and max");
        }
        return new Scaling(
                isOfBounds,
                number(scale, isOfBounds ? "min" : "mean", 0),
                number(scale, isOfBounds ? "max" : "std", 1));
    }

    /** Tells of a key that means nothing beside what else is there. */
    private static void alone(Section section, String key, String beside, String expected) {
        YamlValue said = section.get(key);
        if (said != null) {
            section.faults().problem(said, "stands beside %s (expected: %s)".formatted(beside, expected));
        }
    }

    private static double number(Section section, String key, double byDefault) {
        YamlValue said = section.get(key);
        return said != null && said.content() instanceof BigDecimal number ? number.doubleValue() : byDefault;
    }
}

package dev.slipway.transforms.table;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.TensorSpec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table, as clients send it and as a model wants it.
 *
 * @param name not empty
 * @param missing what becomes of a row that lacks it
 * @param encoding how categories become numbers; only of {@link Type#CATEGORY}
 * @param scaling what is done to numbers; null for nothing
 */
public record TableColumn(
        String name,
        Type type,
        Missing missing,
        @Nullable Encoding encoding,
        @Nullable Scaling scaling) {

    /** What clients send. */
    public enum Type {
        /** FP64. */
        NUMBER,
        /** INT64; FP64 where rows may lack it, and then a whole number all the same. */
        INTEGER,
        /** BOOL; rows can't lack it. 0 and 1 for a model that takes numbers. */
        BOOLEAN,
        /** STRING, one of a list of categories. */
        CATEGORY,
        /** STRING of any text in UTF-8. */
        TEXT;

        /** As it is written in files. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isText() {
            return this == CATEGORY || this == TEXT;
        }
    }

    /**
     * What becomes of a row that lacks the column.
     *
     * @param isAllowed whether a row may lack it
     * @param value what stands for it, text or a number; null for NaN, or empty text
     */
    public record Missing(boolean isAllowed, @Nullable Object value) {
        /** Every row has it. */
        public static final Missing ERROR = new Missing(false, null);

        /** NaN, or empty text. */
        public static final Missing KEPT = new Missing(true, null);

        public Missing {
            if (value != null && (!isAllowed || !(value instanceof String || value instanceof Double))) {
                throw new IllegalArgumentException(
                        "value: %s (expected: text or a double, where it is allowed)".formatted(value));
            }
        }
    }

    public TableColumn {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: at least one character)");
        }
        if (encoding != null && type != Type.CATEGORY) {
            throw wrong(name, "categories", "those of a category", type);
        }
        if (scaling != null && type != Type.NUMBER && type != Type.INTEGER) {
            throw wrong(name, "scale", "that of a number or an integer", type);
        }
        if (missing.isAllowed() && type == Type.BOOLEAN) {
            throw wrong(name, "missing", "error, since truths have no other", type);
        }
        if (missing.value() != null && (missing.value() instanceof String) != type.isText()) {
            throw wrong(name, "default", type.isText() ? "text" : "a number", type);
        }
    }

    private static IllegalArgumentException wrong(String column, String key, String expected, Type type) {
        return new IllegalArgumentException(
                "%s of column '%s', a %s (expected: %s)".formatted(key, column, type.word(), expected));
    }

    /** A column that is handed on as it is. */
    public static TableColumn plain(String name, Type type, boolean mayLack) {
        return new TableColumn(name, type, mayLack ? Missing.KEPT : Missing.ERROR, null, null);
    }

    /** What clients send: one element a row, in {@code [rows]} or {@code [rows, 1]}. */
    TensorSpec spec() {
        DType dtype = switch (type) {
            case NUMBER -> DType.FP64;
            case INTEGER -> missing.isAllowed() ? DType.FP64 : DType.INT64;
            case BOOLEAN -> DType.BOOL;
            case CATEGORY, TEXT -> DType.STRING;
        };
        return new TensorSpec(name, dtype, Shape.ANY, false, missing.isAllowed());
    }

    Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("name", name);
        keys.put("type", type.word());
        Object value = missing.value();
        if (value != null) {
            keys.put("default", value instanceof Double number ? BigDecimal.valueOf(number) : value);
        } else if (missing.isAllowed()) {
            keys.put("missing", type.isText() ? "empty" : "nan");
        }
        if (encoding != null) {
            keys.putAll(encoding.written());
        }
        if (scaling != null) {
            keys.put("scale", scaling.written());
        }
        return keys;
    }
}

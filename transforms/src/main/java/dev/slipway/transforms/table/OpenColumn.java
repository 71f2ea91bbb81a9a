package dev.slipway.transforms.table;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column whose categories are known.
 *
 * @param places of its categories, from 0; empty of one that has none
 */
record OpenColumn(TableColumn column, Map<String, Integer> places) {
    private static final int SHOWN_MAX = 40;

    static OpenColumn of(TableColumn column, ChainFiles files) {
        Encoding encoding = column.encoding();
        Map<String, Integer> places = new HashMap<>();
        if (encoding != null) {
            List<String> categories = encoding.file() == null
                    ? encoding.categories()
                    : ClassNames.read(files, encoding.file()).names();
            for (String category : categories) {
                if (places.put(category, places.size()) != null) {
                    throw new SlipwayException(
                            ErrorCode.FAILED_PRECONDITION,
                            "categories of column '%s' have '%s' twice (expected: once)"
                                    .formatted(column.name(), category));
                }
            }
        }
        return new OpenColumn(column, places);
    }

    String name() {
        return column.name();
    }

    /** Whether the model gets text of it, not numbers. */
    boolean isText() {
        Encoding encoding = column.encoding();
        return column.type().isText() && (encoding == null || encoding.form() == Encoding.Form.TEXT);
    }

    /** Elements that a row takes of it. */
    int width() {
        Encoding encoding = column.encoding();
        return encoding != null && encoding.form() == Encoding.Form.ONE_HOT ? places.size() : 1;
    }

    /** Whether what clients send may be handed on without a look. */
    boolean isPlain(DType wanted) {
        return !isText()
                && column.scaling() == null
                && !column.missing().isAllowed()
                && column.type() != TableColumn.Type.NUMBER
                && column.spec().dtype() == wanted;
    }

    /** The text of each row. */
    List<String> texts(@Nullable Tensor tensor, int rows) {
        Object byDefault = column.missing().value();
        String replacement = byDefault instanceof String text ? text : "";
        if (tensor == null) {
            return Collections.nCopies(rows, replacement);
        }
        List<String> texts = new ArrayList<>(rows);
        boolean isChecked = column.encoding() != null && column.encoding().form() == Encoding.Form.TEXT;
        for (ByteBuffer bytes : Texts.bytes(name(), tensor)) {
            int row = texts.size();
            boolean isMissing = column.missing().isAllowed() && !bytes.hasRemaining();
            String text = isMissing ? replacement : Texts.text(name(), row, bytes);
            if (isChecked && !isMissing && !places.containsKey(text)) {
                throw unknown(row, text);
            }
            texts.add(text);
        }
        return texts;
    }

    /**
     * Puts the numbers of each row into a tensor whose elements are zero.
     *
     * @param stride elements of one row of the tensor
     * @param offset of this column's first one
     */
    void numbers(@Nullable Tensor tensor, Target target, int stride, int offset) {
        if (column.type().isText()) {
            places(tensor, target, stride, offset);
            return;
        }
        double replacement = column.missing().value() instanceof Double number ? number : Double.NaN;
        ByteBuffer data = tensor == null ? null : tensor.data();
        DType dtype = column.spec().dtype();
        Scaling scaling = column.scaling();
        for (int row = 0; row < target.rows(); row++) {
            double number = data == null ? Double.NaN : Numbers.get(dtype, data, row);
            if (Double.isNaN(number)) {
                if (!column.missing().isAllowed()) {
                    throw wrong(row, "is missing", "a number");
                }
                number = replacement;
            } else if (column.type() == TableColumn.Type.INTEGER && number != Math.rint(number)) {
                throw wrong(row, "is " + number, "a whole number");
            }
            number = scaling == null ? number : scaling.apply(number);
            if (!Numbers.fits(target.dtype(), number)) {
                throw wrong(row, "is " + number, "a number that %s has".formatted(target.dtype()));
            }
            Numbers.put(target.dtype(), target.data(), row * stride + offset, number);
        }
    }

    /**
     * Where numbers go.
     *
     * @param data zeros
     */
    record Target(DType dtype, ByteBuffer data, int rows) {}

    private void places(@Nullable Tensor tensor, Target target, int stride, int offset) {
        Encoding encoding = column.encoding();
        boolean isOneHot = encoding != null && encoding.form() == Encoding.Form.ONE_HOT;
        Integer unknown = encoding == null ? null : encoding.unknown();
        List<String> texts = texts(tensor, target.rows());
        for (int row = 0; row < target.rows(); row++) {
            Integer place = places.get(texts.get(row));
            if (place == null && unknown == null) {
                throw texts.get(row).isEmpty()
                        ? wrong(row, "is missing", "one of its categories")
                        : unknown(row, texts.get(row));
            }
            if (!isOneHot) {
                int number = Objects.requireNonNullElse(place, unknown == null ? 0 : unknown);
                if (!Numbers.fits(target.dtype(), number)) {
                    throw wrong(row, "is category " + number, "a number that %s has".formatted(target.dtype()));
                }
                Numbers.put(target.dtype(), target.data(), row * stride + offset, number);
            } else if (place != null) {
                Numbers.put(target.dtype(), target.data(), row * stride + offset + place, 1);
            }
        }
    }

    private SlipwayException unknown(int row, String found) {
        String shown = found.length() > SHOWN_MAX ? found.substring(0, SHOWN_MAX) + "..." : found;
        String some = places.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(10)
                .map(entry -> "'" + entry.getKey() + "'")
                .reduce((one, other) -> one + ", " + other)
                .orElse("none");
        return wrong(row, "is '%s'".formatted(shown), "one of " + some + (places.size() > 10 ? ", ..." : ""));
    }

    private SlipwayException wrong(int row, String problem, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "column '%s', row %d %s (expected: %s)".formatted(name(), row, problem, expected));
    }
}

package dev.slipway.protocol.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.JsonWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Turns CSV with a line of names into the form {@code dataframe_split}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class CsvBody {
    /** What pandas takes for a value that is missing. */
    private static final Set<String> MISSING =
            Set.of("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "n/a", "<NA>", "#N/A", "-nan", "-NaN");

    private static final int NUMBER_LETTERS_MAX = 400;

    private final String text;
    private final Signature signature;
    private final JsonWriter out;
    private int at;
    private boolean isQuoted;
    private boolean endsRow;

    private CsvBody(ByteBuffer body, Signature signature) {
        this.text = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
        this.signature = signature;
        this.out = new JsonWriter(2 * text.length() + 64);
    }

    /**
     * The same as JSON.
     *
     * @param body UTF-8 from position to limit, neither of which moves
     * @param signature whose dtypes say what cells are
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is empty, ragged, or has a cell that is none of its column's
     *     dtype
     */
    public static ByteBuffer toJson(ByteBuffer body, Signature signature) {
        return new CsvBody(body, signature).convert();
    }

    private ByteBuffer convert() {
        if (text.isBlank()) {
            throw ScoringTable.invalid("CSV is empty (expected: a line of column names, then a line a row)");
        }
        List<String> names = new ArrayList<>();
        do {
            names.add(cell());
        } while (!endsRow);
        List<DType> dtypes = names.stream().map(this::dtype).toList();
        out.beginObject().name("dataframe_split").beginObject().name("columns").beginArray();
        names.forEach(out::string);
        out.endArray().name("data").beginArray();
        for (int row = 0; at < text.length(); row++) {
            if (!isBlankLine()) {
                row(names, dtypes, row);
            }
        }
        return out.endArray().endObject().endObject().toByteBuffer();
    }

    /** Columns that are no inputs themselves are parts of the only one. */
    private DType dtype(String column) {
        return signature
                .input(column)
                .map(TensorSpec::dtype)
                .orElse(
                        signature.inputs().size() == 1
                                ? signature.inputs().get(0).dtype()
                                : DType.STRING);
    }

    private boolean isBlankLine() {
        int end = at;
        while (end < text.length() && text.charAt(end) == '\r') {
            end++;
        }
        if (end < text.length() && text.charAt(end) == '\n') {
            at = end + 1;
            return true;
        }
        return false;
    }

    private void row(List<String> names, List<DType> dtypes, int row) {
        out.beginArray();
        int count = 0;
        do {
            String cell = cell();
            if (count < names.size()) {
                write(cell, dtypes.get(count), names.get(count), row);
            }
            count++;
        } while (!endsRow);
        if (count != names.size()) {
            throw ScoringTable.invalid("row %d of the CSV has %d cells (expected: %d, as there are names)"
                    .formatted(row, count, names.size()));
        }
        out.endArray();
    }

    private void write(String cell, DType dtype, String column, int row) {
        if (!isQuoted && MISSING.contains(cell.strip())) {
            boolean isFloat = dtype.isFloat();
            if (isFloat) {
                out.number(Float.NaN);
            } else {
                out.none();
            }
        } else if (dtype == DType.STRING) {
            out.string(cell);
        } else if (dtype == DType.BOOL) {
            writeTruth(cell.strip(), column, row);
        } else {
            writeNumber(cell.strip(), column, row);
        }
    }

    private void writeTruth(String cell, String column, int row) {
        if (!cell.equalsIgnoreCase("true") && !cell.equalsIgnoreCase("false")) {
            throw wrong(cell, column, row, "true or false");
        }
        out.bool(cell.equalsIgnoreCase("true"));
    }

    private void writeNumber(String cell, String column, int row) {
        String lower = cell.toLowerCase(Locale.ROOT);
        if (lower.equals("inf") || lower.equals("infinity") || lower.equals("-inf") || lower.equals("-infinity")) {
            out.number(lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
            return;
        }
        try {
            if (cell.length() > NUMBER_LETTERS_MAX) {
                throw wrong(cell.substring(0, 20) + "...", column, row, "a number");
            }
            // Written as it was, so that 41.0 stays a float, but with the digits that JSON wants: 0.5 for .5.
            BigDecimal value = new BigDecimal(cell);
            boolean isWhole = cell.chars().allMatch(c -> c == '-' || c == '+' || (c >= '0' && c <= '9'));
            out.literal(isWhole ? value.toBigInteger().toString() : decimal(value));
        } catch (NumberFormatException e) {
            throw wrong(cell, column, row, "a number");
        }
    }

    private static String decimal(BigDecimal value) {
        String written = value.toString();
        return written.indexOf('.') < 0 && written.indexOf('E') < 0 ? written + ".0" : written;
    }

    private static SlipwayException wrong(String cell, String column, int row, String expected) {
        return ScoringTable.invalid(
                "row %d of the CSV: column '%s' has '%s' (expected: %s)".formatted(row, column, cell, expected));
    }

    /** The next cell; {@link #endsRow} then says whether it is a line's last. */
    private String cell() {
        isQuoted = at < text.length() && text.charAt(at) == '"';
        StringBuilder cell = new StringBuilder();
        if (isQuoted) {
            quoted(cell);
        }
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '\n') {
            cell.append(text.charAt(at++));
        }
        endsRow = at >= text.length() || text.charAt(at) == '\n';
        at++;
        int length = cell.length();
        boolean hasReturn = endsRow && length > 0 && cell.charAt(length - 1) == '\r';
        return hasReturn ? cell.substring(0, length - 1) : cell.toString();
    }

    private void quoted(StringBuilder cell) {
        at++;
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next != '"') {
                cell.append(next);
            } else if (at < text.length() && text.charAt(at) == '"') {
                cell.append('"');
                at++;
            } else {
                return;
            }
        }
        throw ScoringTable.invalid("CSV ends within quotes (expected: their end)");
    }
}

package dev.slipway.protocol.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code POST /invocations}: an object with exactly one of {@code dataframe_split}, {@code
 * dataframe_records}, {@code instances} and {@code inputs}. Other keys, {@code params} among them, are passed over.
 *
 * @see <a href="https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally">MLflow: local inference server</a>
 */
public final class ScoringReader {
    private static final String SPLIT = "dataframe_split";
    private static final String RECORDS = "dataframe_records";
    private static final String INSTANCES = "instances";
    private static final String INPUTS = "inputs";
    private static final Set<String> FORMS = Set.of(SPLIT, RECORDS, INSTANCES, INPUTS);
    private static final String EXPECTED =
            "exactly one of 'dataframe_split', 'dataframe_records', 'instances', 'inputs'";

    private final JsonReader in;
    private final Signature signature;
    private final ScoringTable table;

    private ScoringReader(JsonReader in, Signature signature) {
        this.in = in;
        this.signature = signature;
        this.table = new ScoringTable(signature);
    }

    /**
     * @param body UTF-8 from position to limit, neither of which moves
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the body is no JSON, or does not fit the signature
     */
    public static ScoringRequest read(ByteBuffer body, Signature signature) {
        return new ScoringReader(new JsonReader(body), signature).read();
    }

    private ScoringRequest read() {
        if (in.peek() != '{') {
            throw ScoringTable.invalid(
                    "body is %s (expected: an object with %s)".formatted(LookAhead.found(in), EXPECTED));
        }
        JsonReader.Mark start = null;
        String form = "";
        in.beginObject();
        while (in.nextName()) {
            String name = in.name();
            if (FORMS.contains(name)) {
                if (start != null) {
                    throw ScoringTable.invalid("body has '%s' and '%s' (expected: %s)".formatted(form, name, EXPECTED));
                }
                form = name;
                start = in.mark();
            }
            in.skipValue();
        }
        in.endDocument();
        if (start == null) {
            throw ScoringTable.invalid("body has none of its keys (expected: %s)".formatted(EXPECTED));
        }
        in.reset(start);
        return read(form);
    }

    private ScoringRequest read(String form) {
        boolean isFrame = form.equals(SPLIT) || form.equals(RECORDS);
        switch (form) {
            case SPLIT -> split();
            case RECORDS -> records(form);
            default -> tensors(form);
        }
        return new ScoringRequest(table.tensors(), isFrame || hasColumns());
    }

    /** Whether the signature is of columns: a value a row of each. */
    private boolean hasColumns() {
        return signature.inputs().stream()
                .allMatch(spec -> !spec.shape().isAnyRank() && spec.shape().rank() == 1);
    }

    /** Whether the columns are no inputs themselves, but lie side by side in the only one. */
    private boolean isMatrix(Set<String> columns) {
        TensorSpec only = signature.inputs().size() == 1 ? signature.inputs().get(0) : null;
        return only != null
                && !columns.contains(only.name())
                && (only.shape().isAnyRank() || only.shape().rank() > 1);
    }

    private void split() {
        requireObject("'%s'".formatted(SPLIT));
        JsonReader.Mark columns = null;
        JsonReader.Mark data = null;
        in.beginObject();
        while (in.nextName()) {
            String name = in.name();
            columns = name.equals("columns") ? in.mark() : columns;
            data = name.equals("data") ? in.mark() : data;
            in.skipValue();
        }
        if (data == null) {
            throw ScoringTable.invalid("'dataframe_split' has no 'data' (expected: an array of rows)");
        }
        List<String> names = names(columns);
        in.reset(data);
        requireArray("'data'");
        boolean isMatrix = isMatrix(new HashSet<>(names));
        int[] places = names.stream().mapToInt(table::place).toArray();
        in.beginArray();
        for (int row = 0; in.nextElement(); row++) {
            requireArray("row " + row);
            if (isMatrix) {
                table.cell(0, in);
            } else {
                row(places, row);
            }
            table.endRow();
        }
    }

    private void row(int[] places, int row) {
        int count = 0;
        in.beginArray();
        while (in.nextElement()) {
            int place = count < places.length ? places[count] : -1;
            if (place < 0) {
                in.skipValue();
            } else {
                table.cell(place, in);
            }
            count++;
        }
        if (count != places.length) {
            throw ScoringTable.invalid(
                    "row %d has %d values (expected: %d, as 'columns' has names)".formatted(row, count, places.length));
        }
    }

    private List<String> names(JsonReader.@Nullable Mark columns) {
        List<String> names = new ArrayList<>();
        if (columns != null) {
            in.reset(columns);
            requireArray("'columns'");
            in.beginArray();
            while (in.nextElement()) {
                names.add(name());
            }
        } else if (!isMatrix(Set.of())) {
            throw ScoringTable.invalid("'dataframe_split' has no 'columns' (expected: an array of names)");
        }
        return names;
    }

    /** A column's name; a frame without names has numbers. */
    private String name() {
        return in.peek() == '"' ? in.string() : Long.toString(in.wholeNumber());
    }

    private void records(String form) {
        requireArray("'%s'".formatted(form));
        in.beginArray();
        boolean isMatrix = false;
        List<String> names = List.of();
        for (int row = 0; in.nextElement(); row++) {
            requireObject("row " + row);
            if (row == 0) {
                names = keys();
                isMatrix = isMatrix(new HashSet<>(names));
            }
            if (isMatrix) {
                throw ScoringTable.invalid(
                        "'%s' has named columns (expected: '%s', the model's only input, or 'dataframe_split' with a row's"
                                        .formatted(
                                                form, signature.inputs().get(0).name())
                                + " values in its order)");
            }
            in.beginObject();
            while (in.nextName()) {
                int place = table.place(in.name());
                if (place < 0) {
                    in.skipValue();
                } else {
                    table.cell(place, in);
                }
            }
            table.endRow();
        }
    }

    private List<String> keys() {
        JsonReader.Mark start = in.mark();
        List<String> names = new ArrayList<>();
        in.beginObject();
        while (in.nextName()) {
            names.add(in.name());
            in.skipValue();
        }
        in.reset(start);
        return names;
    }

    /** As in TensorFlow Serving: an object of columns, rows that are objects, or the only input's own values. */
    private void tensors(String form) {
        if (form.equals(INPUTS) && in.peek() == '{' && !LookAhead.isBase64Object(in)) {
            in.beginObject();
            while (in.nextName()) {
                int place = table.place(in.name());
                if (place < 0) {
                    in.skipValue();
                } else {
                    table.column(place, in);
                }
            }
            return;
        }
        requireArray("'%s'".formatted(form));
        JsonReader.Mark start = in.mark();
        in.beginArray();
        boolean isRecords = in.nextElement() && in.peek() == '{' && !isText();
        in.reset(start);
        if (isRecords) {
            records(form);
        } else if (signature.inputs().size() == 1) {
            table.column(0, in);
        } else {
            throw ScoringTable.invalid("'%s' has values without names (expected: an object a row)".formatted(form));
        }
    }

    private boolean isText() {
        return signature.inputs().size() == 1
                && signature.inputs().get(0).dtype() == DType.STRING
                && LookAhead.isBase64Object(in);
    }

    private void requireArray(String what) {
        if (in.peek() != '[') {
            throw ScoringTable.invalid("%s is %s (expected: an array)".formatted(what, LookAhead.found(in)));
        }
    }

    private void requireObject(String what) {
        if (in.peek() != '{') {
            throw ScoringTable.invalid("%s is %s (expected: an object)".formatted(what, LookAhead.found(in)));
        }
    }
}

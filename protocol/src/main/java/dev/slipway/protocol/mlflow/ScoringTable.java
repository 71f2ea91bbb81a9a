package dev.slipway.protocol.mlflow;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import dev.slipway.protocol.json.TensorReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns of a scoring request, one for each input of a signature, with MLflow's rules for types. */
final class ScoringTable {
    private final Signature signature;
    private final TensorReader[] readers;
    private final Map<String, Integer> places = new HashMap<>();
    /** The row in which each column was seen last. */
    private final long[] seenIn;

    private final boolean[] given;
    private long row;

    ScoringTable(Signature signature) {
        this.signature = signature;
        int count = signature.inputs().size();
        readers = new TensorReader[count];
        seenIn = new long[count];
        given = new boolean[count];
        Arrays.fill(seenIn, -1);
        for (int place = 0; place < count; place++) {
            TensorSpec spec = spec(place);
            readers[place] = new TensorReader("column '%s'".formatted(spec.name()), spec.dtype(), 64, spec.optional());
            places.put(spec.name(), place);
        }
    }

    /** The place of a column; -1 for one that the model does not have, and that is left out. */
    int place(String column) {
        return places.getOrDefault(column, -1);
    }

    /** Reads the value of the current row. */
    void cell(int place, JsonReader in) {
        byte next = in.peek();
        if (spec(place).dtype().isInteger() && (next == '-' || (next >= '0' && next <= '9'))) {
            requireWhole(place, LookAhead.number(in));
        }
        seenIn[place] = row;
        given[place] = true;
        readers[place].readRow(in);
    }

    /** MLflow turns whole numbers into floats, but never the other way, though nothing were lost. */
    private void requireWhole(int place, String number) {
        if (number.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            throw invalid("row %d: column '%s' has the float %s (expected: %s, a whole number)"
                    .formatted(row, spec(place).name(), number, spec(place).dtype()));
        }
    }

    /** Ends a row. */
    void endRow() {
        for (int place = 0; place < readers.length; place++) {
            if (seenIn[place] == row) {
                continue;
            }
            if (!spec(place).optional()) {
                throw missing(place);
            }
            readers[place].missingRow(spec(place).shape());
        }
        row++;
    }

    /** Reads a whole column. */
    void column(int place, JsonReader in) {
        given[place] = true;
        readers[place].read(in);
    }

    private SlipwayException missing(int place) {
        return invalid("the input lacks column '%s' (expected: %s)"
                .formatted(spec(place).name(), InputCheck.names(signature.inputs())));
    }

    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int place = 0; place < readers.length; place++) {
            TensorSpec spec = spec(place);
            if (!given[place]) {
                if (!spec.optional()) {
                    throw missing(place);
                }
                continue;
            }
            Shape found = readers[place].shape();
            Shape declared = spec.shape();
            boolean isFlat = found.rank() == 1
                    && !declared.isAnyRank()
                    && declared.rank() == 2
                    && (declared.dim(1) == 1 || declared.dim(1) == -1);
            Shape shape = isFlat ? Shape.of(found.dim(0), 1) : found;
            InputCheck.shape(spec, shape);
            tensors.put(spec.name(), readers[place].tensor(shape));
        }
        return tensors;
    }

    private TensorSpec spec(int place) {
        return signature.inputs().get(place);
    }

    static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package dev.slipway.protocol.tfserving;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One tensor for each input of a signature, filled at once or row by row. */
final class Columns {
    private static final int UNKNOWN_KEPT_MAX = 10;

    private final Signature signature;
    private final byte[][] names;
    private final TensorReader[] readers;
    /** The row in which each input was seen last; the whole request is row 0. */
    private final long[] seenIn;

    /** Which inputs were seen at all; the only one may come without its name. */
    private final boolean[] given;

    private final Map<String, Integer> places = new HashMap<>();

    Columns(Signature signature) {
        this.signature = signature;
        int count = signature.inputs().size();
        names = new byte[count][];
        readers = new TensorReader[count];
        seenIn = new long[count];
        given = new boolean[count];
        Arrays.fill(seenIn, -1);
        for (int place = 0; place < count; place++) {
            TensorSpec spec = signature.inputs().get(place);
            names[place] = spec.name().getBytes(UTF_8);
            readers[place] = new TensorReader("input '%s'".formatted(spec.name()), spec.dtype(), 64, spec.optional());
        }
    }

    /** Reads the value of the first input, and of no other. */
    void readBare(JsonReader in) {
        given[0] = true;
        readers[0].read(in);
    }

    /** Reads an object of all inputs by name. */
    void readObject(JsonReader in) {
        readObject(in, 0, false);
    }

    /** Reads an object with one row of each input by name. */
    void readRow(JsonReader in, long row) {
        readObject(in, row, true);
    }

    /** The tensors, once their shapes are checked. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int place = 0; place < readers.length; place++) {
            TensorSpec spec = signature.inputs().get(place);
            if (spec.optional() && !given[place]) {
                continue;
            }
            InputCheck.shape(spec, readers[place].shape());
            tensors.put(spec.name(), readers[place].tensor());
        }
        return tensors;
    }

    private void readObject(JsonReader in, long row, boolean rows) {
        List<String> unknown = new ArrayList<>(0);
        int seen = 0;
        int place = -1;
        in.beginObject();
        while (in.nextName()) {
            int next = find(in, place + 1);
            if (next < 0) {
                if (unknown.size() < UNKNOWN_KEPT_MAX) {
                    unknown.add(in.name());
                }
                in.skipValue();
                continue;
            }
            place = next;
            if (seenIn[place] == row) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%shas input '%s' twice (expected: once)"
                                .formatted(rows ? "row " + row + " " : "'inputs' ", in.name()));
            }
            seenIn[place] = row;
            given[place] = true;
            seen++;
            if (rows) {
                readers[place].readRow(in);
            } else {
                readers[place].read(in);
            }
        }
        if (seen < names.length || !unknown.isEmpty()) {
            InputCheck.names(signature, given(row, unknown), rows ? "row %d: ".formatted(row) : "");
            if (rows) {
                fill(row);
            }
        }
    }

    /** Gives a row what it may lack. */
    private void fill(long row) {
        for (int place = 0; place < names.length; place++) {
            if (seenIn[place] != row) {
                readers[place].missingRow(signature.inputs().get(place).shape());
            }
        }
    }

    /** The input that the reader's name names; most clients keep to one order, so {@code guess} is tried first. */
    private int find(JsonReader in, int guess) {
        if (guess < names.length && in.nameIs(names[guess])) {
            return guess;
        }
        if (places.isEmpty()) {
            for (int place = 0; place < names.length; place++) {
                places.put(signature.inputs().get(place).name(), place);
            }
        }
        return places.getOrDefault(in.name(), -1);
    }

    private Set<String> given(long row, List<String> unknown) {
        Set<String> given = new LinkedHashSet<>();
        for (int place = 0; place < names.length; place++) {
            if (seenIn[place] == row) {
                given.add(signature.inputs().get(place).name());
            }
        }
        given.addAll(unknown);
        return given;
    }
}

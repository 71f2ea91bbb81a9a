package dev.slipway.protocol.openinference.grpc;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.openinference.SharedPlace;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.wire.TensorDecoder;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads InferInputTensor in two steps: what it says of itself and where its contents are, then the elements, which may
 * lie elsewhere in the request.
 */
final class InputReader {
    private static final int NAME = WireReader.tag(1, WireReader.BYTES);
    private static final int DATATYPE = WireReader.tag(2, WireReader.BYTES);
    private static final int SHAPE = WireReader.tag(3, WireReader.VARINT);
    private static final int SHAPE_PACKED = WireReader.tag(3, WireReader.BYTES);
    private static final int PARAMETERS = WireReader.tag(4, WireReader.BYTES);
    private static final int CONTENTS = WireReader.tag(5, WireReader.BYTES);
    private static final int KNOWN = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5;
    private static final int LAST_CONTENTS_FIELD = InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER;
    private static final int RANK_MAX = 254;

    private String name = "";
    private String datatype = "";
    private long[] dims = new long[4];
    private int rank;
    private boolean hasContents;
    /** Bit n: field n of the contents is there. */
    private int contentsFields;

    private Map<String, InferParameter> parameters = Map.of();
    private @Nullable SharedPlace place;
    private int contentsFrom;
    private int contentsTo;

    /** Reads a field that holds an InferInputTensor. */
    static InputReader read(WireReader reader) {
        InputReader input = new InputReader();
        int outer = reader.enter();
        while (reader.hasMore()) {
            input.readField(reader, reader.readTag());
        }
        reader.leave(outer);
        if (!input.parameters.isEmpty()) {
            input.place = TensorParameters.place("input", input.name, input.parameters);
        }
        return input;
    }

    private void readField(WireReader reader, int tag) {
        if (tag == NAME) {
            name = reader.readString();
        } else if (tag == DATATYPE) {
            datatype = reader.readString();
        } else if (tag == SHAPE) {
            addDim(reader);
        } else if (tag == SHAPE_PACKED) {
            int outer = reader.enter();
            while (reader.hasMore()) {
                addDim(reader);
            }
            reader.leave(outer);
        } else if (tag == PARAMETERS) {
            parameters = parameters.isEmpty() ? new HashMap<>() : parameters;
            ParameterReader.read(reader, parameters);
        } else if (tag == CONTENTS) {
            readContents(reader);
        } else {
            reader.skipUnknown(tag, KNOWN);
        }
    }

    private void addDim(WireReader reader) {
        if (rank == RANK_MAX) {
            throw reader.malformedAt(
                    reader.offset(), "one more dimension", "at most %d of a tensor".formatted(RANK_MAX));
        }
        if (rank == dims.length) {
            dims = Arrays.copyOf(dims, rank * 2);
        }
        dims[rank++] = reader.readVarint();
    }

    private void readContents(WireReader reader) {
        if (hasContents) {
            throw reader.malformedAt(reader.offset(), "second contents of an input", "one");
        }
        hasContents = true;
        int outer = reader.enter();
        contentsFrom = reader.offset();
        while (reader.hasMore()) {
            int tag = reader.readTag();
            int field = WireReader.field(tag);
            if (field <= LAST_CONTENTS_FIELD) {
                contentsFields |= 1 << field;
            }
            reader.skipUnknown(tag, 0);
        }
        contentsTo = reader.offset();
        reader.leave(outer);
    }

    String name() {
        return name;
    }

    /** Where in shared memory it lies; null when the request has it. */
    @Nullable
    SharedPlace place() {
        return place;
    }

    /** Whether its elements are with it. */
    boolean hasContents() {
        return contentsFields != 0;
    }

    /** The tensor, out of the contents. */
    Tensor tensor(WireReader reader, TensorDecoder decoder) {
        TensorSpec input = spec();
        int field = Datatypes.contentsField(input.dtype());
        if (field == Datatypes.NO_FIELD) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s' of %s is not in raw_input_contents (expected: there, as there is no other field for it)"
                            .formatted(name, datatype));
        }
        if ((contentsFields & ~(1 << field)) != 0) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s' of %s has contents in %s (expected: in %s)"
                            .formatted(
                                    name,
                                    datatype,
                                    fieldName(Integer.numberOfTrailingZeros(contentsFields & ~(1 << field))),
                                    fieldName(field)));
        }
        WireReader values = reader.between(contentsFrom, contentsTo);
        return decoder.ofValues(input, values, field, TensorDecoder.TooFew.REFUSED);
    }

    /** The tensor, out of its entry of {@code raw_input_contents}, or of shared memory. */
    Tensor tensor(ByteBuffer raw) {
        TensorSpec input = spec();
        if (contentsFields != 0) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s' has contents in %s beside %s (expected: one of the two)"
                            .formatted(
                                    name,
                                    fieldName(Integer.numberOfTrailingZeros(contentsFields)),
                                    place == null ? "raw_input_contents" : SharedPlace.REGION));
        }
        return TensorDecoder.ofBytes(input, raw);
    }

    private TensorSpec spec() {
        DType dtype = Datatypes.toDType(name, datatype);
        for (int axis = 0; axis < rank; axis++) {
            if (dims[axis] < 0) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "input '%s' has the size %d in dimension %d (expected: >= 0)"
                                .formatted(name, dims[axis], axis));
            }
        }
        return new TensorSpec(name, dtype, Shape.of(Arrays.copyOf(dims, rank)));
    }

    private static String fieldName(int field) {
        return InferTensorContents.getDescriptor().findFieldByNumber(field).getName();
    }
}

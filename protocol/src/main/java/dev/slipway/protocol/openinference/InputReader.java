package dev.slipway.protocol.openinference;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.TensorReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of an inference request, whose keys stand in any order, one after the other. */
final class InputReader {
    private static final byte[] NAME = "name".getBytes(US_ASCII);
    private static final byte[] SHAPE = "shape".getBytes(US_ASCII);
    private static final byte[] DATATYPE = "datatype".getBytes(US_ASCII);
    private static final byte[] PARAMETERS = "parameters".getBytes(US_ASCII);
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] BINARY_DATA_SIZE = "binary_data_size".getBytes(US_ASCII);

    /** No JSON element takes fewer than 2 bytes, and none makes more than 8. */
    private static final int GROWTH_MAX = 4;

    private static final long NOT_GIVEN = -1;

    private final JsonReader in;
    private final long bytesMax;
    private final ByteBuffer binary;
    private final Signature signature;
    private final SharedInputs memory;
    private final SharedParameters shared;

    private int index;
    private @Nullable String name;
    private @Nullable Shape shape;
    private @Nullable String datatype;
    private JsonReader.@Nullable Mark data;
    private @Nullable Tensor tensor;
    private long binarySize;

    /** @param binary what follows the JSON; is used up from its position on */
    InputReader(JsonReader in, int jsonBytes, ByteBuffer binary, Signature signature, SharedMemory memory) {
        this.in = in;
        this.binary = binary;
        this.signature = signature;
        this.memory = new SharedInputs(memory);
        this.shared = new SharedParameters(in);
        bytesMax =
                (long) GROWTH_MAX * jsonBytes / Math.max(1, signature.inputs().size());
    }

    /** Reads one element of {@code inputs} and adds its tensor to {@code inputs}. */
    void read(int position, Map<String, Tensor> inputs) {
        index = position;
        name = null;
        shape = null;
        datatype = null;
        data = null;
        tensor = null;
        binarySize = NOT_GIVEN;
        shared.clear();
        in.beginObject();
        while (in.nextName()) {
            readKey();
        }
        TensorSpec spec = InputCheck.input(signature, given("name", name));
        if (inputs.containsKey(spec.name())) {
            throw invalid("input '%s' is given twice (expected: once)".formatted(spec.name()));
        }
        inputs.put(spec.name(), finish(spec));
    }

    /** To be called once all inputs were read. */
    void checkBinaryUsed() {
        if (binary.hasRemaining()) {
            throw invalid(
                    "body has %d bytes behind the data of its inputs (expected: none)".formatted(binary.remaining()));
        }
    }

    private void readKey() {
        if (in.nameIs(NAME)) {
            name = in.string();
        } else if (in.nameIs(SHAPE)) {
            shape = readShape();
        } else if (in.nameIs(DATATYPE)) {
            datatype = in.string();
        } else if (in.nameIs(PARAMETERS)) {
            readParameters();
        } else if (in.nameIs(DATA)) {
            data = in.mark();
            if (name != null && shape != null && datatype != null) {
                tensor = readData(InputCheck.input(signature, name));
            } else {
                in.skipValue();
            }
        } else {
            in.skipValue();
        }
    }

    private Tensor finish(TensorSpec spec) {
        JsonReader.Mark start = data;
        SharedPlace place = shared.place("input", spec.name());
        if (place != null) {
            if (start != null || binarySize != NOT_GIVEN) {
                throw invalid(
                        "input '%s' lies in shared memory and has data in the request, too (expected: one of them)"
                                .formatted(spec.name()));
            }
            DType dtype = checkedDtype(spec);
            return InputCheck.tensor(spec.name(), dtype, checkedShape(spec), memory.read(place));
        }
        if ((start == null) == (binarySize == NOT_GIVEN)) {
            throw invalid("input '%s' has %s 'data' %s 'binary_data_size' (expected: one of them)"
                    .formatted(spec.name(), start == null ? "neither" : "both", start == null ? "nor" : "and"));
        }
        if (start == null) {
            return readBinary(spec);
        }
        if (tensor != null) {
            return tensor;
        }
        // What the data are to be was told after them.
        JsonReader.Mark end = in.mark();
        in.reset(start);
        Tensor read = readData(spec);
        in.reset(end);
        return read;
    }

    private Tensor readData(TensorSpec spec) {
        DType dtype = checkedDtype(spec);
        Shape wanted = checkedShape(spec);
        long elements = wanted.elementCount();
        long bytes = elements < bytesMax ? elements * Math.max(4, dtype.byteSize()) : bytesMax;
        TensorReader reader = new TensorReader(
                "input '%s'".formatted(spec.name()), dtype, (int) Math.min(Math.min(bytes, bytesMax), 1 << 28));
        reader.read(in);
        Shape found = reader.shape();
        boolean fits = found.rank() == wanted.rank() ? found.equals(wanted) : found.elementCount() == elements;
        if (!fits) {
            throw invalid("input '%s' has data of shape %s (expected: %s, or %d elements in one array)"
                    .formatted(spec.name(), found, wanted, elements));
        }
        return reader.tensor(wanted);
    }

    private Tensor readBinary(TensorSpec spec) {
        DType dtype = checkedDtype(spec);
        Shape wanted = checkedShape(spec);
        if (binarySize > binary.remaining()) {
            throw invalid("input '%s' has binary_data_size %d (expected: at most %d, what is left of the body)"
                    .formatted(spec.name(), binarySize, binary.remaining()));
        }
        ByteBuffer bytes = binary.slice(binary.position(), (int) binarySize);
        binary.position(binary.position() + (int) binarySize);
        return InputCheck.tensor(spec.name(), dtype, wanted, bytes);
    }

    private DType checkedDtype(TensorSpec spec) {
        return Datatypes.check(spec, given("datatype", datatype));
    }

    private Shape checkedShape(TensorSpec spec) {
        Shape wanted = given("shape", shape);
        InputCheck.shape(spec, wanted);
        return wanted;
    }

    private <T> T given(String key, @Nullable T value) {
        if (value == null) {
            throw invalid("%s has no '%s' (expected: name, shape, datatype, and data)"
                    .formatted(name == null ? "inputs[" + index + "]" : "input '" + name + "'", key));
        }
        return value;
    }

    private Shape readShape() {
        long[] dims = new long[TensorReader.RANK_MAX];
        int rank = 0;
        in.beginArray();
        while (in.nextElement()) {
            int at = in.position();
            long dim = in.wholeNumber();
            if (dim < 0 || rank == dims.length) {
                throw invalid("inputs[%d] has %s at byte %d (expected: at most %d sizes of at least 0)"
                        .formatted(
                                index,
                                dim < 0 ? "size " + dim + " in 'shape'" : "more than " + rank + " sizes in 'shape'",
                                at,
                                dims.length));
            }
            dims[rank++] = dim;
        }
        return Shape.of(Arrays.copyOf(dims, rank));
    }

    private void readParameters() {
        if (in.skipNull()) {
            return;
        }
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(BINARY_DATA_SIZE)) {
                int at = in.position();
                binarySize = in.wholeNumber();
                if (binarySize < 0) {
                    throw invalid("inputs[%d] has binary_data_size %d at byte %d (expected: at least 0)"
                            .formatted(index, binarySize, at));
                }
            } else if (!shared.readKey()) {
                in.skipValue();
            }
        }
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

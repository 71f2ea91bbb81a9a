package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.ElementReader;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.TensorBuffer;
import java.nio.ByteBuffer;

/** One input of a signature, filled with the values of the feature of that name, example by example. */
final class FeatureColumn {
    private static final int UNKNOWN = -1;

    private final TensorSpec spec;
    private final TensorBuffer out = new TensorBuffer(64);
    private final FeatureValues values;
    private final ElementReader elements;
    /** Values of each example; {@value #UNKNOWN} until the first one tells. */
    private long width;

    private int example;
    private long count;
    private boolean isGiven;

    FeatureColumn(TensorSpec spec) {
        this.spec = spec;
        this.width = width(spec);
        this.values = new FeatureValues(spec, out);
        this.elements = new ElementReader("feature '%s'".formatted(spec.name()), spec.dtype(), out);
    }

    private static long width(TensorSpec spec) {
        Shape shape = spec.shape();
        if (shape.isAnyRank()) {
            return UNKNOWN;
        }
        long known = 1;
        int open = 0;
        for (int axis = 1; axis < shape.rank(); axis++) {
            if (shape.dim(axis) < 0) {
                open++;
            } else {
                known = Math.multiplyExact(known, shape.dim(axis));
            }
        }
        if (open > 1) {
            throw invalid(
                    "input '%s' has shape %s (expected: at most one open size beside the rows, for a feature says none;"
                                    .formatted(spec.name(), shape)
                            + " or a predict request)");
        }
        return open == 1 ? UNKNOWN : known;
    }

    String name() {
        return spec.name();
    }

    /** Bytes so far. */
    long bytes() {
        return out.size();
    }

    /** Begins an example. */
    void begin(int number) {
        example = number;
        count = 0;
    }

    /** A value of a bytes_list, as {@code length} bytes at {@code from} of an array. */
    void bytes(byte[] source, int from, int length) {
        values.bytes(source, from, length, example);
        count++;
    }

    /** A value of a float_list. */
    void float32(float value) {
        values.float32(value, example);
        count++;
    }

    /** A value of an int64_list. */
    void int64(long value) {
        values.int64(value, example);
        count++;
    }

    /** A value of JSON, or an array of such. */
    void json(JsonReader in) {
        if (in.peek() != '[') {
            element(in);
            return;
        }
        in.beginArray();
        while (in.nextElement()) {
            element(in);
        }
    }

    private void element(JsonReader in) {
        byte next = in.peek();
        boolean isTruth = next == 't' || next == 'f';
        if (isTruth && (spec.dtype() == DType.BOOL || spec.dtype().isInteger())) {
            int64(in.bool() ? 1 : 0);
        } else if (spec.dtype() == DType.BOOL && (next == '0' || next == '1')) {
            int64(in.wholeNumber());
        } else if (!spec.optional() || !in.skipNull()) {
            elements.read(in);
            count++;
        }
    }

    /** Ends an example; one without values lacks the feature. */
    void end() {
        if (count == 0) {
            missing();
            return;
        }
        isGiven = true;
        if (width == UNKNOWN) {
            width = count;
        }
        if (count != width) {
            throw invalid("example %d: feature '%s' has %d values (expected: %d, for %s%s)"
                    .formatted(example, spec.name(), count, width, spec.dtype(), spec.shape()));
        }
    }

    private void missing() {
        if (!spec.optional() || width == UNKNOWN) {
            throw invalid("example %d lacks feature '%s' (expected: %s%s)"
                    .formatted(
                            example,
                            spec.name(),
                            width == UNKNOWN || width == 1 ? "" : width + " values of ",
                            spec.dtype()));
        }
        for (long value = 0; value < width; value++) {
            elements.putMissing();
        }
    }

    /** Whether any example had the feature. */
    boolean isGiven() {
        return isGiven;
    }

    Tensor tensor(int examples) {
        Shape shape = shape(examples);
        InputCheck.shape(spec, shape);
        ByteBuffer data = out.toByteBuffer();
        return new Tensor(spec.dtype(), shape, data);
    }

    private Shape shape(int examples) {
        Shape declared = spec.shape();
        if (declared.isAnyRank()) {
            return Shape.of(examples, width);
        }
        if (declared.rank() == 0) {
            return examples == 1 ? Shape.SCALAR : Shape.of(examples);
        }
        long[] dims = declared.dims();
        long known = 1;
        for (int axis = 1; axis < dims.length; axis++) {
            known *= dims[axis] < 0 ? 1 : dims[axis];
        }
        for (int axis = 1; axis < dims.length; axis++) {
            if (dims[axis] < 0) {
                if (known == 0 || width % known != 0) {
                    throw invalid("feature '%s' has %d values (expected: a multiple of %d, for %s%s)"
                            .formatted(spec.name(), width, known, spec.dtype(), declared));
                }
                dims[axis] = width / known;
            }
        }
        dims[0] = examples;
        return Shape.of(dims);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

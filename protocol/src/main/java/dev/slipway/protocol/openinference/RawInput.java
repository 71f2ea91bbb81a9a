package dev.slipway.protocol.openinference;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Reads a body that is the data of a single input, whose shape follows from the number of its bytes. */
final class RawInput {
    private RawInput() {}

    /**
     * Of several open sizes the first, which is the batch, is taken as 1; the one that is left follows from the data. A
     * body for an input of dtype STRING is its only element. Outputs go as binary data too.
     */
    static InferRequest read(ByteBuffer body, Signature signature) {
        if (signature.inputs().size() != 1) {
            throw invalid("body is raw data (expected: a JSON header, as there are %d inputs: %s)"
                    .formatted(signature.inputs().size(), InputCheck.names(signature.inputs())));
        }
        TensorSpec spec = signature.inputs().get(0);
        Tensor tensor = spec.dtype() == DType.STRING ? text(spec, body) : numbers(spec, body);
        return new InferRequest(null, Map.of(spec.name(), tensor), List.of(), true, Schedule.DEFAULT);
    }

    private static Tensor numbers(TensorSpec spec, ByteBuffer body) {
        long[] dims = spec.shape().dims();
        int open = openSizes(dims);
        if (open == 2 && dims[0] < 0) {
            dims[0] = 1;
            open = 1;
        }
        if (open > 1 || spec.shape().isAnyRank()) {
            throw invalid("input '%s' of shape %s is given as raw data (expected: a JSON header that tells its shape)"
                    .formatted(spec.name(), spec.shape()));
        }
        if (open == 1) {
            close(spec, dims, body.remaining());
        }
        return InputCheck.tensor(spec.name(), spec.dtype(), Shape.of(dims), body);
    }

    /** Sets the only open size such that the tensor has so many bytes. */
    private static void close(TensorSpec spec, long[] dims, int bytes) {
        int axis = 0;
        long itemBytes = spec.dtype().byteSize();
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] < 0) {
                axis = i;
            } else {
                itemBytes = Math.multiplyHigh(itemBytes, dims[i]) == 0 ? itemBytes * dims[i] : Long.MAX_VALUE;
            }
        }
        if (itemBytes <= 0 || bytes % itemBytes != 0) {
            throw invalid("input '%s' has %d bytes of data (expected: a multiple of %d for %s%s)"
                    .formatted(spec.name(), bytes, itemBytes, spec.dtype(), spec.shape()));
        }
        dims[axis] = bytes / itemBytes;
    }

    private static Tensor text(TensorSpec spec, ByteBuffer body) {
        long[] dims = spec.shape().isAnyRank() ? new long[] {1} : spec.shape().dims();
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = Math.abs(dims[axis]);
        }
        Shape shape = Shape.of(dims);
        if (shape.elementCount() != 1) {
            throw invalid("input '%s' of shape %s is given as raw data (expected: a JSON header, as raw text is one"
                            .formatted(spec.name(), spec.shape())
                    + " element)");
        }
        ByteBuffer element = ByteBuffer.allocate(4 + body.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        element.putInt(body.remaining()).put(body.duplicate()).flip();
        return new Tensor(DType.STRING, shape, element);
    }

    private static int openSizes(long[] dims) {
        int open = 0;
        for (long dim : dims) {
            open += dim < 0 ? 1 : 0;
        }
        return open;
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

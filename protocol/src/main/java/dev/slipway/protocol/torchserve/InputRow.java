package dev.slipway.protocol.torchserve;

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
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The inputs of one request, most often one row of each. */
final class InputRow {
    private final Signature signature;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private boolean isRow = true;

    InputRow(Signature signature) {
        this.signature = signature;
    }

    /**
     * Takes bytes for the only element of a row.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for an input whose rows have more elements
     */
    void bytes(TensorSpec spec, ByteBuffer value) {
        long[] dims = spec.shape().isAnyRank() ? new long[] {1} : spec.shape().dims();
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = Math.abs(dims[axis]);
        }
        Shape shape = Shape.of(dims);
        if (shape.elementCount() != 1) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s' of shape %s is given as one piece (expected: application/json, as a row has more elements)"
                            .formatted(spec.name(), spec.shape()));
        }
        ByteBuffer element = ByteBuffer.allocate(4 + value.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        element.putInt(value.remaining()).put(value.duplicate()).flip();
        tensors.put(spec.name(), new Tensor(DType.STRING, shape, element));
    }

    /** Reads the value that comes next: a row of the input, or rows where it is nested deeper by one. */
    void json(TensorSpec spec, JsonReader in) {
        TensorReader reader = new TensorReader("input '%s'".formatted(spec.name()), spec.dtype(), 64);
        boolean isOne = !spec.shape().isAnyRank() && depth(in) == spec.shape().rank() - 1;
        if (isOne) {
            reader.readRow(in);
        } else {
            reader.read(in);
        }
        isRow &= isOne;
        InputCheck.shape(spec, reader.shape());
        tensors.put(spec.name(), reader.tensor());
    }

    /** How many arrays begin where the reader is, which stays there. */
    private static int depth(JsonReader in) {
        JsonReader.Mark mark = in.mark();
        int depth = 0;
        while (depth < TensorReader.RANK_MAX && in.peek() == '[') {
            in.beginArray();
            depth++;
            if (!in.nextElement()) {
                break;
            }
        }
        in.reset(mark);
        return depth;
    }

    /** In the order of the signature. */
    Prediction prediction() {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : signature.inputs()) {
            Tensor tensor = tensors.get(spec.name());
            if (tensor != null) {
                inputs.put(spec.name(), tensor);
            }
        }
        return new Prediction(signature, inputs, isRow ? Prediction.Form.ROW : Prediction.Form.ROWS);
    }
}

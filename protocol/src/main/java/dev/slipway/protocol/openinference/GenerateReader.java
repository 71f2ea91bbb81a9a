package dev.slipway.protocol.openinference;

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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a request of Triton's generate extension: a JSON object whose keys that are inputs are inputs, and whose others are
 * parameters, as are those of its object {@code parameters}.
 */
public final class GenerateReader {
    /** A tensor begins with so much memory at most; it grows. */
    private static final int BYTES_FIRST = 1024;

    private final JsonReader in;
    private final Signature signature;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private String id = "";
    private Schedule schedule = Schedule.DEFAULT;
    private SequenceParameters sequence = SequenceParameters.NONE;

    private GenerateReader(ByteBuffer body, Signature signature) {
        this.in = new JsonReader(body);
        this.signature = signature;
    }

    /**
     * What such a request says.
     *
     * @param inputs by name; dtypes and shapes fit the signature
     * @param id to be echoed; empty for none
     * @param schedule its place in the line
     * @param sequence that it belongs to
     */
    public record Read(Map<String, Tensor> inputs, String id, Schedule schedule, SequenceParameters sequence) {}

    /**
     * @param body from position to limit, neither of which moves
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not fit the signature
     */
    public static Read read(ByteBuffer body, Signature signature) {
        return new GenerateReader(body, signature).read();
    }

    private Read read() {
        in.beginObject();
        while (in.nextName()) {
            String name = in.name();
            if (signature.input(name).isPresent()) {
                readInput(signature.input(name).get());
            } else if (name.equals("parameters") && in.peek() == '{') {
                in.beginObject();
                while (in.nextName()) {
                    String inner = in.name();
                    if (signature.input(inner).isPresent()) {
                        readInput(signature.input(inner).get());
                    } else {
                        readParameter(inner);
                    }
                }
            } else {
                readParameter(name);
            }
        }
        in.endDocument();
        InputCheck.names(signature, inputs.keySet(), "");
        return new Read(inputs, id, schedule, sequence);
    }

    private void readParameter(String name) {
        switch (name) {
            case "id" -> id = in.peek() == '"' ? in.string() : Long.toString(in.wholeNumber());
            case Schedule.PRIORITY -> schedule = schedule.withPriority(in.wholeNumber());
            case Schedule.TIMEOUT -> schedule = schedule.withTimeout(in.wholeNumber());
            case SequenceParameters.ID ->
                sequence = in.peek() == '"' ? sequence.withText(in.string()) : sequence.withNumber(in.wholeNumber());
            case SequenceParameters.START -> sequence = sequence.withStart(in.bool());
            case SequenceParameters.END -> sequence = sequence.withEnd(in.bool());
            default -> in.skipValue();
        }
    }

    private void readInput(TensorSpec spec) {
        if (inputs.containsKey(spec.name())) {
            throw invalid("input '%s' is given twice (expected: once)".formatted(spec.name()));
        }
        TensorReader reader = new TensorReader("input '%s'".formatted(spec.name()), spec.dtype(), BYTES_FIRST);
        reader.read(in);
        inputs.put(spec.name(), reader.tensor(fitted(spec, reader.shape())));
    }

    /** The shape of the values; where it does not fit, all open sizes are 1 but the last, which takes what there is. */
    private static Shape fitted(TensorSpec spec, Shape found) {
        if (spec.shape().accepts(found)) {
            return found;
        }
        long[] dims = spec.shape().dims();
        long elements = found.elementCount();
        long known = 1;
        int last = -1;
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] < 0) {
                last = axis;
                dims[axis] = 1;
            } else {
                known = Math.multiplyHigh(known, dims[axis]) == 0 ? known * dims[axis] : Long.MAX_VALUE;
            }
        }
        if (last >= 0 && known > 0 && elements % known == 0) {
            dims[last] = elements / known;
        } else if (known != elements) {
            throw invalid("input '%s' has %d elements (expected: as many as shape %s takes)"
                    .formatted(spec.name(), elements, spec.shape()));
        }
        return Shape.of(dims);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

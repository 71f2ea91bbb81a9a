package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.wire.TensorDecoder;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads PredictRequest. Tensors are views of the message wherever their elements lie in it as they do in memory. */
public final class PredictRequestReader {
    private static final String MESSAGE = "PredictRequest";
    private static final int MODEL_SPEC = WireReader.tag(1, WireReader.BYTES);
    private static final int INPUTS = WireReader.tag(2, WireReader.BYTES);
    private static final int OUTPUT_FILTER = WireReader.tag(3, WireReader.BYTES);
    private static final int KNOWN = 1 << 1 | 1 << 2 | 1 << 3;
    private static final int ENTRY_KEY = WireReader.tag(1, WireReader.BYTES);
    private static final int ENTRY_VALUE = WireReader.tag(2, WireReader.BYTES);
    /** So many fields of a message are looked at to find its model. */
    private static final int PEEKED_FIELDS_MAX = 4096;

    private final WireReader reader;
    private final TensorDecoder decoder;
    private final ModelSpecReader modelSpec = new ModelSpecReader();
    private final TensorProtoReader tensorProto = new TensorProtoReader();
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private Set<String> outputFilter = Set.of();

    private PredictRequestReader(ByteBuffer message, long tensorBytesMax) {
        this.reader = new WireReader(MESSAGE, message);
        this.decoder = new TensorDecoder(tensorBytesMax);
    }

    /**
     * The name of the model that a request is for; empty when it names none within its first
     * {@value #PEEKED_FIELDS_MAX} fields. Fast: nothing but the name is read, and mostly it comes first.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when that much is malformed
     */
    public static String peekModel(ByteBuffer message) {
        WireReader reader = new WireReader(MESSAGE, message);
        ModelSpecReader modelSpec = new ModelSpecReader();
        for (int fields = 0; fields < PEEKED_FIELDS_MAX && reader.hasMore() && !modelSpec.found(); fields++) {
            int tag = reader.readTag();
            if (tag == MODEL_SPEC) {
                modelSpec.read(reader);
            } else {
                reader.skipUnknown(tag, 1 << 1);
            }
        }
        return modelSpec.name();
    }

    /**
     * Reads a whole request.
     *
     * @param message position to limit, which do not move; on the heap, and not to be written any more
     * @param tensorBytesMax bytes that its tensors may take beside the message's own
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed or contradicts itself;
     *     {@code UNIMPLEMENTED} for a dtype that TensorFlow alone has; {@code RESOURCE_EXHAUSTED} when it asks for
     *     more memory, inputs or outputs than it may
     */
    public static PredictCall read(ByteBuffer message, long tensorBytesMax) {
        PredictRequestReader reader = new PredictRequestReader(message, tensorBytesMax);
        reader.readMessage();
        return reader.call(reader.modelSpec.target(MESSAGE));
    }

    /**
     * As {@link #read}, for a request that was recorded: it may name any model, or none.
     *
     * @throws SlipwayException as {@link #read}
     */
    public static PredictCall readRecorded(ByteBuffer message, long tensorBytesMax) {
        PredictRequestReader reader = new PredictRequestReader(message, tensorBytesMax);
        reader.readMessage();
        return reader.call(reader.modelSpec.recordedTarget());
    }

    private void readMessage() {
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == MODEL_SPEC) {
                modelSpec.read(reader);
            } else if (tag == INPUTS) {
                readInput();
            } else if (tag == OUTPUT_FILTER) {
                readOutput();
            } else {
                reader.skipUnknown(tag, KNOWN);
            }
        }
    }

    private PredictCall call(Target target) {
        return new PredictCall(target, inputs, List.copyOf(outputFilter));
    }

    private void readInput() {
        reader.requireRoom(inputs.size(), "inputs");
        String name = "";
        boolean hasTensor = false;
        int outer = reader.enter();
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            if (tag == ENTRY_KEY) {
                name = reader.readString();
            } else if (tag == ENTRY_VALUE) {
                if (hasTensor) {
                    throw reader.malformedAt(at, "a second tensor of an input", "one");
                }
                hasTensor = true;
                tensorProto.read(reader);
            } else {
                reader.skipUnknown(tag, 1 << 1 | 1 << 2);
            }
        }
        reader.leave(outer);
        if (name.isEmpty() || !hasTensor) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has an input '%s' without %s (expected: a name and a tensor)"
                            .formatted(MESSAGE, name, name.isEmpty() ? "a name" : "a tensor"));
        }
        inputs.put(name, tensorProto.tensor(name, reader, decoder));
    }

    private void readOutput() {
        reader.requireRoom(outputFilter.size(), "outputs");
        String name = reader.readString();
        if (outputFilter.isEmpty()) {
            outputFilter = new LinkedHashSet<>();
        }
        if (!outputFilter.add(name)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s asks for the output '%s' twice in its output_filter (expected: once)".formatted(MESSAGE, name));
        }
    }
}

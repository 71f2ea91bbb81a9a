package dev.slipway.protocol.openinference.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.SharedInputs;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.wire.TensorDecoder;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads ModelInferRequest. Tensors are views of the message wherever their elements lie in it as they do in memory. */
public final class InferRequestReader {
    private static final String MESSAGE = "ModelInferRequest";
    private static final int MODEL_NAME = WireReader.tag(1, WireReader.BYTES);
    private static final int MODEL_VERSION = WireReader.tag(2, WireReader.BYTES);
    private static final int ID = WireReader.tag(3, WireReader.BYTES);
    private static final int PARAMETERS = WireReader.tag(4, WireReader.BYTES);
    private static final int INPUTS = WireReader.tag(5, WireReader.BYTES);
    private static final int OUTPUTS = WireReader.tag(6, WireReader.BYTES);
    private static final int RAW_INPUT_CONTENTS = WireReader.tag(7, WireReader.BYTES);
    private static final int KNOWN = 0b1111_1110;
    private static final int OUTPUT_NAME = WireReader.tag(1, WireReader.BYTES);
    private static final int OUTPUT_PARAMETERS = WireReader.tag(2, WireReader.BYTES);
    /** So many fields of a message are looked at to find its model. */
    private static final int PEEKED_FIELDS_MAX = 4096;

    private final WireReader reader;
    private final TensorDecoder decoder;
    private final SharedInputs memory;
    private @Nullable String modelName;
    private String modelVersion = "";
    private String id = "";
    private Map<String, InferParameter> parameters = Map.of();
    private final List<InputReader> inputs = new ArrayList<>();
    private Set<String> outputs = Set.of();
    private Map<String, OutputForm> forms = Map.of();
    private boolean isShared;
    private final List<ByteBuffer> raw = new ArrayList<>();

    private InferRequestReader(ByteBuffer message, long tensorBytesMax, SharedMemory memory) {
        this.memory = new SharedInputs(memory);
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
        for (int fields = 0; fields < PEEKED_FIELDS_MAX && reader.hasMore(); fields++) {
            int tag = reader.readTag();
            if (tag == MODEL_NAME) {
                return readModelName(reader, null);
            }
            reader.skipUnknown(tag, 1 << 1);
        }
        return "";
    }

    /**
     * Reads a whole request.
     *
     * @param message position to limit, which do not move; on the heap, and not to be written any more
     * @param tensorBytesMax bytes that its tensors may take beside the message's own
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed or contradicts itself;
     *     {@code UNIMPLEMENTED} for extensions that are not served; {@code RESOURCE_EXHAUSTED} when it asks for more
     *     memory, inputs or outputs than it may
     */
    public static InferCall read(ByteBuffer message, long tensorBytesMax) {
        return read(message, tensorBytesMax, SharedMemory.OFF);
    }

    /** As {@link #read(ByteBuffer, long)}; {@code memory} has the inputs that the request says are there. */
    public static InferCall read(ByteBuffer message, long tensorBytesMax, SharedMemory memory) {
        return new InferRequestReader(message, tensorBytesMax, memory).readMessage();
    }

    private static String readModelName(WireReader reader, @Nullable String before) {
        if (before != null) {
            throw reader.malformedAt(reader.offset(), "a second model_name", "one");
        }
        return reader.readString();
    }

    private InferCall readMessage() {
        while (reader.hasMore()) {
            readField(reader.readTag());
        }
        return new InferCall(
                Targets.of(MESSAGE, modelName == null ? "" : modelName, modelVersion),
                id,
                parameters,
                tensors(),
                List.copyOf(outputs),
                !raw.isEmpty() || (isShared && inputs.stream().noneMatch(InputReader::hasContents)),
                forms);
    }

    private void readField(int tag) {
        if (tag == MODEL_NAME) {
            modelName = readModelName(reader, modelName);
        } else if (tag == MODEL_VERSION) {
            modelVersion = reader.readString();
        } else if (tag == ID) {
            id = reader.readString();
        } else if (tag == PARAMETERS) {
            if (parameters.isEmpty()) {
                parameters = new HashMap<>();
            }
            ParameterReader.read(reader, parameters);
        } else if (tag == INPUTS) {
            reader.requireRoom(inputs.size(), "inputs");
            inputs.add(InputReader.read(reader));
        } else if (tag == OUTPUTS) {
            readOutput();
        } else if (tag == RAW_INPUT_CONTENTS) {
            reader.requireRoom(raw.size(), "raw_input_contents");
            raw.add(reader.readView());
        } else {
            reader.skipUnknown(tag, KNOWN);
        }
    }

    private void readOutput() {
        reader.requireRoom(outputs.size(), "outputs");
        String name = "";
        Map<String, InferParameter> own = Map.of();
        int outer = reader.enter();
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == OUTPUT_NAME) {
                name = reader.readString();
            } else if (tag == OUTPUT_PARAMETERS) {
                own = own.isEmpty() ? new HashMap<>() : own;
                ParameterReader.read(reader, own);
            } else {
                reader.skipUnknown(tag, 1 << 1 | 1 << 2);
            }
        }
        reader.leave(outer);
        if (outputs.isEmpty()) {
            outputs = new LinkedHashSet<>();
        }
        if (!own.isEmpty()) {
            forms = forms.isEmpty() ? new HashMap<>() : forms;
            forms.put(name, TensorParameters.form(name, own));
        }
        if (!outputs.add(name)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s asks for the output '%s' twice (expected: once)".formatted(MESSAGE, name));
        }
    }

    private Map<String, Tensor> tensors() {
        int elsewhere = 0;
        for (int i = 0; i < inputs.size(); i++) {
            elsewhere += inputs.get(i).place() == null ? 0 : 1;
        }
        isShared = elsewhere > 0;
        if (!raw.isEmpty() && raw.size() != inputs.size() - elsewhere) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has %d raw_input_contents (expected: %d, one for each input%s)"
                            .formatted(
                                    MESSAGE,
                                    raw.size(),
                                    inputs.size() - elsewhere,
                                    isShared ? " that is not in shared memory" : ""));
        }
        int nextRaw = 0;
        Map<String, Tensor> tensors = new LinkedHashMap<>(inputs.size() * 2);
        for (int i = 0; i < inputs.size(); i++) {
            InputReader input = inputs.get(i);
            if (input.name().isEmpty() || tensors.containsKey(input.name())) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        input.name().isEmpty()
                                ? "%s has an input without a name (expected: a name)".formatted(MESSAGE)
                                : "%s has the input '%s' twice (expected: once)".formatted(MESSAGE, input.name()));
            }
            SharedPlace place = input.place();
            if (place != null) {
                tensors.put(input.name(), input.tensor(memory.read(place)));
            } else {
                tensors.put(
                        input.name(), raw.isEmpty() ? input.tensor(reader, decoder) : input.tensor(raw.get(nextRaw++)));
            }
        }
        return tensors;
    }
}

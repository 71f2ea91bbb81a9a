package dev.slipway.protocol.openinference;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an inference request of the Open Inference Protocol: JSON, JSON with binary data behind it, or the
 * raw data of a single input.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">
 *     Open Inference Protocol: REST</a>
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md">
 *     Binary tensor data extension</a>
 */
public final class InferReader {
    /** The header length of a body that is all JSON: there was no such header. */
    public static final int NO_HEADER = -1;

    private static final byte[] ID = "id".getBytes(US_ASCII);
    private static final byte[] INPUTS = "inputs".getBytes(US_ASCII);
    private static final byte[] OUTPUTS = "outputs".getBytes(US_ASCII);
    private static final byte[] PRIORITY = Schedule.PRIORITY.getBytes(US_ASCII);
    private static final byte[] TIMEOUT = Schedule.TIMEOUT.getBytes(US_ASCII);
    private static final byte[] SEQUENCE_ID = SequenceParameters.ID.getBytes(US_ASCII);
    private static final byte[] SEQUENCE_START = SequenceParameters.START.getBytes(US_ASCII);
    private static final byte[] SEQUENCE_END = SequenceParameters.END.getBytes(US_ASCII);
    private static final byte[] PARAMETERS = "parameters".getBytes(US_ASCII);
    private static final byte[] NAME = "name".getBytes(US_ASCII);
    private static final byte[] BINARY_DATA_OUTPUT = "binary_data_output".getBytes(US_ASCII);
    private static final byte[] BINARY_DATA = "binary_data".getBytes(US_ASCII);
    private static final byte[] CLASSIFICATION = OutputForm.CLASSIFICATION.getBytes(US_ASCII);

    private final JsonReader in;
    private final Signature signature;
    private final InputReader inputReader;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, OutputParameters> outputs = new LinkedHashMap<>();
    private @Nullable String id;
    private boolean hasInputs;
    private Schedule schedule = Schedule.DEFAULT;
    private SequenceParameters sequence = SequenceParameters.NONE;
    private boolean binaryByDefault;

    private InferReader(ByteBuffer json, ByteBuffer binary, Signature signature, SharedMemory memory) {
        this.signature = signature;
        in = new JsonReader(json);
        inputReader = new InputReader(in, json.remaining(), binary, signature, memory);
    }

    /**
     * @param body from position to limit, neither of which moves; tensors of binary data are views of it
     * @param headerLength {@code Inference-Header-Content-Length}: bytes of JSON that the body begins with, 0 when it
     *     is the data of the only input; {@link #NO_HEADER} when it is all JSON
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the body does not fit the header or the signature;
     *     {@code UNIMPLEMENTED} when it asks for an extension that is not there
     */
    public static InferRequest read(ByteBuffer body, int headerLength, Signature signature) {
        return read(body, headerLength, signature, SharedMemory.OFF);
    }

    /** As {@link #read(ByteBuffer, int, Signature)}; {@code memory} has the inputs that the request says are there. */
    public static InferRequest read(ByteBuffer body, int headerLength, Signature signature, SharedMemory memory) {
        if (headerLength < NO_HEADER || headerLength > body.remaining()) {
            throw invalid("Inference-Header-Content-Length is %d (expected: 0 to %d, the length of the body)"
                    .formatted(headerLength, body.remaining()));
        }
        if (headerLength == 0) {
            return RawInput.read(body, signature);
        }
        int jsonLength = headerLength == NO_HEADER ? body.remaining() : headerLength;
        ByteBuffer json = body.slice(body.position(), jsonLength);
        ByteBuffer binary = body.slice(body.position() + jsonLength, body.remaining() - jsonLength);
        return new InferReader(json, binary, signature, memory).read();
    }

    private InferRequest read() {
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(INPUTS)) {
                readInputs();
            } else if (in.nameIs(OUTPUTS)) {
                readOutputs();
            } else if (in.nameIs(ID)) {
                id = in.skipNull() ? null : in.string();
            } else if (in.nameIs(PARAMETERS)) {
                readParameters();
            } else {
                in.skipValue();
            }
        }
        in.endDocument();
        if (!hasInputs) {
            throw invalid("body has no 'inputs' (expected: %s)".formatted(InputCheck.names(signature.inputs())));
        }
        InputCheck.names(signature, inputs.keySet(), "");
        inputReader.checkBinaryUsed();
        List<InferRequest.Output> wanted = new ArrayList<>();
        outputs.forEach((name, said) -> wanted.add(new InferRequest.Output(
                name, said.binary == null ? binaryByDefault : said.binary.booleanValue(), said.form(name))));
        return new InferRequest(id, inputs, wanted, binaryByDefault, schedule, sequence);
    }

    private void readInputs() {
        if (hasInputs) {
            throw invalid("body has 'inputs' twice (expected: once)");
        }
        hasInputs = true;
        in.beginArray();
        for (int index = 0; in.nextElement(); index++) {
            inputReader.read(index, inputs);
        }
    }

    private void readParameters() {
        if (in.skipNull()) {
            return;
        }
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(BINARY_DATA_OUTPUT)) {
                binaryByDefault = in.bool();
            } else if (in.nameIs(PRIORITY)) {
                schedule = schedule.withPriority(in.wholeNumber());
            } else if (in.nameIs(TIMEOUT)) {
                schedule = schedule.withTimeout(in.wholeNumber());
            } else if (in.nameIs(SEQUENCE_ID)) {
                sequence = in.peek() == '"' ? sequence.withText(in.string()) : sequence.withNumber(in.wholeNumber());
            } else if (in.nameIs(SEQUENCE_START)) {
                sequence = sequence.withStart(in.bool());
            } else if (in.nameIs(SEQUENCE_END)) {
                sequence = sequence.withEnd(in.bool());
            } else {
                in.skipValue();
            }
        }
    }

    private void readOutputs() {
        if (in.skipNull()) {
            return;
        }
        in.beginArray();
        for (int index = 0; in.nextElement(); index++) {
            readOutput(index);
        }
    }

    private void readOutput(int index) {
        String name = null;
        OutputParameters parameters = OutputParameters.NONE;
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(NAME)) {
                name = in.string();
            } else if (in.nameIs(PARAMETERS) && !in.skipNull()) {
                parameters = readOutputParameters();
            } else if (!in.nameIs(PARAMETERS)) {
                in.skipValue();
            }
        }
        if (name == null) {
            throw invalid("outputs[%d] has no 'name' (expected: one of %s)"
                    .formatted(index, InputCheck.names(signature.outputs())));
        }
        InputCheck.output(signature, name);
        if (outputs.containsKey(name)) {
            throw invalid("output '%s' is requested twice (expected: once)".formatted(name));
        }
        outputs.put(name, parameters);
    }

    private OutputParameters readOutputParameters() {
        Boolean binary = null;
        long classes = 0;
        SharedParameters shared = new SharedParameters(in);
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(BINARY_DATA)) {
                binary = in.bool();
            } else if (in.nameIs(CLASSIFICATION)) {
                classes = in.wholeNumber();
            } else if (!shared.readKey()) {
                in.skipValue();
            }
        }
        return new OutputParameters(binary, classes, shared);
    }

    private record OutputParameters(
            @Nullable Boolean binary,
            long classes,
            @Nullable SharedParameters shared) {
        static final OutputParameters NONE = new OutputParameters(null, 0, null);

        OutputForm form(String name) {
            SharedPlace place = shared == null ? null : shared.place("output", name);
            return classes == 0 && place == null
                    ? OutputForm.PLAIN
                    : new OutputForm(OutputForm.classes(name, classes), place);
        }
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.example.WireExamples;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;

/** Reads ClassificationRequest and RegressionRequest, in two steps: what it is for, then its examples. */
public final class ExampleRequestReader {
    private static final int MODEL_SPEC = WireReader.tag(1, WireReader.BYTES);
    private static final int INPUT = WireReader.tag(2, WireReader.BYTES);

    private final WireReader reader;
    private final String name;
    private final ModelSpecReader modelSpec = new ModelSpecReader();
    private int inputFrom;
    private int inputTo;

    /**
     * @param message position to limit, which do not move; not to be written any more
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed
     */
    public ExampleRequestReader(Task task, ByteBuffer message) {
        this.name = task == Task.CLASSIFY ? "ClassificationRequest" : "RegressionRequest";
        this.reader = new WireReader(name, message);
        boolean hasInput = false;
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            if (tag == MODEL_SPEC) {
                modelSpec.read(reader);
            } else if (tag == INPUT) {
                if (hasInput) {
                    throw reader.malformedAt(at, "a second input", "one");
                }
                hasInput = true;
                int length = reader.skipBytes();
                inputTo = reader.offset();
                inputFrom = inputTo - length;
            } else {
                reader.skipUnknown(tag, 1 << 1 | 1 << 2);
            }
        }
    }

    /**
     * What it is for.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it names no model
     */
    public Target target() {
        return modelSpec.target(name);
    }

    /** What it was for when it was recorded: any model, or none. */
    public Target recordedTarget() {
        return modelSpec.recordedTarget();
    }

    /**
     * The examples, as inputs of a signature.
     *
     * @param bytesMax that the tensors may take together
     * @throws SlipwayException as {@link WireExamples#read}
     */
    public ExampleRequest read(Signature signature, long bytesMax) {
        return WireExamples.read(reader.between(inputFrom, inputTo), signature, bytesMax);
    }
}

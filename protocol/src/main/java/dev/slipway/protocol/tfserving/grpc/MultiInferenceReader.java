package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.example.WireExamples;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads MultiInferenceRequest: several tasks over the same examples, all for one model. */
public final class MultiInferenceReader {
    private static final String MESSAGE = "MultiInferenceRequest";
    private static final int TASKS = WireReader.tag(1, WireReader.BYTES);
    private static final int INPUT = WireReader.tag(2, WireReader.BYTES);
    private static final int TASK_MODEL_SPEC = WireReader.tag(1, WireReader.BYTES);
    private static final int TASK_METHOD_NAME = WireReader.tag(2, WireReader.BYTES);
    private static final int KNOWN = 1 << 1 | 1 << 2;

    /** A model has few signatures, and each task must be another. */
    private static final int TASKS_MAX = 64;

    private final WireReader reader;
    private final boolean isRecorded;
    private final List<Wanted> tasks = new ArrayList<>();
    private boolean hasInput;
    private int inputFrom;
    private int inputTo;

    /**
     * One task.
     *
     * @param target of the same model and version in all of them
     */
    public record Wanted(Target target, Task task) {
        /** The signature's name, which is never empty here. */
        public String signature() {
            return target.signature();
        }
    }

    /**
     * @param message position to limit, which do not move; not to be written any more
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed, has no tasks, or such as contradict each other;
     *     {@code UNIMPLEMENTED} for a method other than Classify and Regress
     */
    public MultiInferenceReader(ByteBuffer message) {
        this(message, false);
    }

    /** As {@link #MultiInferenceReader(ByteBuffer)}, of one that was recorded: it may name any model, or none. */
    public static MultiInferenceReader recorded(ByteBuffer message) {
        return new MultiInferenceReader(message, true);
    }

    private MultiInferenceReader(ByteBuffer message, boolean isRecorded) {
        this.isRecorded = isRecorded;
        this.reader = new WireReader(MESSAGE, message);
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            if (tag == TASKS) {
                readTask();
            } else if (tag == INPUT) {
                if (hasInput) {
                    throw reader.malformedAt(at, "a second input", "one");
                }
                hasInput = true;
                int length = reader.skipBytes();
                inputTo = reader.offset();
                inputFrom = inputTo - length;
            } else {
                reader.skipUnknown(tag, KNOWN);
            }
        }
        if (tasks.isEmpty()) {
            throw invalid("%s has no tasks (expected: at least one)".formatted(MESSAGE));
        }
    }

    /** The name of the first task's model; empty when it names none. Nothing else is read. */
    public static String peekModel(ByteBuffer message) {
        WireReader reader = new WireReader(MESSAGE, message);
        ModelSpecReader modelSpec = new ModelSpecReader();
        if (reader.hasMore() && reader.readTag() == TASKS) {
            int outer = reader.enter();
            if (reader.hasMore() && reader.readTag() == TASK_MODEL_SPEC) {
                modelSpec.read(reader);
            }
            reader.leave(outer);
        }
        return modelSpec.name();
    }

    private void readTask() {
        ModelSpecReader modelSpec = new ModelSpecReader();
        String method = "";
        int outer = reader.enter();
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == TASK_MODEL_SPEC) {
                modelSpec.read(reader);
            } else if (tag == TASK_METHOD_NAME) {
                method = reader.readString();
            } else {
                reader.skipUnknown(tag, KNOWN);
            }
        }
        reader.leave(outer);
        Target named = isRecorded ? modelSpec.recordedTarget() : modelSpec.target(MESSAGE);
        String signature = named.signature().isEmpty() ? Signature.DEFAULT : named.signature();
        add(new Wanted(new Target(named.model(), named.version(), signature), Task.of(method)));
    }

    private void add(Wanted named) {
        if (tasks.size() == TASKS_MAX) {
            throw invalid("%s has over %d tasks (expected: at most that)".formatted(MESSAGE, TASKS_MAX));
        }
        Wanted next = tasks.isEmpty() ? named : new Wanted(asFirst(named.target()), named.task());
        if (tasks.contains(next)) {
            throw invalid(
                    "two tasks ask for %s by signature '%s' (expected: one)".formatted(next.task(), next.signature()));
        }
        tasks.add(next);
    }

    /** The same signature, of the model and version that the first task names. */
    private Target asFirst(Target target) {
        Target first = tasks.get(0).target();
        if (!first.model().equals(target.model())) {
            throw invalid("tasks name the models '%s' and '%s' (expected: one in all)"
                    .formatted(first.model(), target.model()));
        }
        if (!target.version().equals(VersionChoice.LATEST) && !target.version().equals(first.version())) {
            throw invalid("task %d names another version than the first (expected: the same, or none)"
                    .formatted(tasks.size()));
        }
        return new Target(first.model(), first.version(), target.signature());
    }

    /** In the order of the message; at least one. */
    public List<Wanted> tasks() {
        return tasks;
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

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

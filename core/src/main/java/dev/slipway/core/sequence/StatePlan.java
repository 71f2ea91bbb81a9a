package dev.slipway.core.sequence;

import static dev.slipway.api.ErrorCode.FAILED_PRECONDITION;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.core.sequence.SequenceSettings.Control;
import dev.slipway.core.sequence.SequenceSettings.ControlInput;
import dev.slipway.core.sequence.SequenceSettings.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the settings mean for one loaded model: which of its tensors clients see, and how the others are filled. One object
 * for each load, so that it also stands for the load. Immutable.
 */
final class StatePlan {
    /** The signature of all the model's tensors, which no client needs. */
    static final String FULL = "sequence";

    /** Of what one request has filled in for one tensor. */
    private static final int FILLED_BYTES_MAX = 64 << 20;

    private static final byte[] NO_TEXT = {};

    private final SequenceSettings settings;
    private final Signature full;
    private final Signature seen;
    private final Map<String, State> statesByInput = new HashMap<>();
    private final Set<String> stateOutputs = new HashSet<>();

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model */
    StatePlan(SequenceSettings settings, Signature model) {
        this.settings = settings;
        this.full = new Signature(FULL, model.inputs(), model.outputs());
        settings.controls().forEach((name, control) -> requireControl(input(model, name), control.control()));
        for (State state : settings.states()) {
            TensorSpec input = input(model, state.input());
            TensorSpec output = model.output(state.output())
                    .orElseThrow(() -> new SlipwayException(
                            FAILED_PRECONDITION,
                            "sequence: the model has no output '%s' for the state '%s'"
                                    .formatted(state.output(), state.input())));
            boolean isWrong = input.dtype() != output.dtype() || output.sequence() || input.dtype() == DType.MAP;
            if (isWrong || settings.controls().containsKey(state.input())) {
                throw new SlipwayException(
                        FAILED_PRECONDITION,
                        "sequence: state '%s' is %s, its output '%s' is %s (expected: the same, and no control)"
                                .formatted(state.input(), input.dtype(), state.output(), output.dtype()));
            }
            statesByInput.put(state.input(), state);
            stateOutputs.add(state.output());
        }
        this.seen = new Signature(
                model.name(),
                model.inputs().stream().filter(spec -> !isFilled(spec.name())).toList(),
                model.outputs().stream()
                        .filter(spec -> !stateOutputs.contains(spec.name()))
                        .toList());
    }

    private static TensorSpec input(Signature model, String name) {
        return model.input(name)
                .orElseThrow(() -> new SlipwayException(
                        FAILED_PRECONDITION, "sequence: the model has no input '%s'".formatted(name)));
    }

    private static void requireControl(TensorSpec spec, Control control) {
        boolean fits = switch (spec.dtype()) {
            case INT32, INT64, UINT32, UINT64 -> true;
            case FP32, BOOL -> control != Control.CORRELATION_ID;
            case STRING -> control == Control.CORRELATION_ID;
            default -> false;
        };
        if (!fits) {
            throw new SlipwayException(
                    FAILED_PRECONDITION,
                    "sequence: input '%s' is %s (expected: a type that can tell %s)"
                            .formatted(spec.name(), spec.dtype(), control));
        }
    }

    private boolean isFilled(String input) {
        return settings.controls().containsKey(input) || statesByInput.containsKey(input);
    }

    SequenceSettings settings() {
        return settings;
    }

    Signature full() {
        return full;
    }

    /** What clients see. */
    Signature seen() {
        return seen;
    }

    /**
     * The request that the model is run with.
     *
     * @param request for {@link #seen}
     * @param state what the last run left, by input; empty before the first
     */
    InferenceRequest filled(InferenceRequest request, SequenceStep step, Map<String, Tensor> state) {
        long rows = rows(request);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : full.inputs()) {
            String name = spec.name();
            ControlInput control = settings.controls().get(name);
            State remembered = statesByInput.get(name);
            Tensor given = request.inputs().get(name);
            if (control != null) {
                inputs.put(name, control(spec, control, step, rows));
            } else if (remembered != null) {
                Tensor last = state.get(name);
                inputs.put(name, last == null ? zeros(spec.dtype(), first(spec, remembered, rows)) : last);
            } else if (given != null) {
                inputs.put(name, given);
            }
        }
        List<String> outputs = request.outputs();
        if (!outputs.isEmpty() && !stateOutputs.isEmpty()) {
            outputs = new ArrayList<>(outputs);
            outputs.addAll(stateOutputs);
        }
        Target target = request.target();
        return new InferenceRequest(
                new Target(target.model(), target.version(), FULL), inputs, outputs, request.deadline());
    }

    private long rows(InferenceRequest request) {
        for (TensorSpec spec : seen.inputs()) {
            Tensor tensor = request.inputs().get(spec.name());
            if (tensor != null && tensor.shape().rank() > 0) {
                return tensor.shape().dim(0);
            }
        }
        return 1;
    }

    private static Shape first(TensorSpec spec, State state, long rows) {
        long[] dims = state.dims().stream().mapToLong(Long::longValue).toArray();
        if (dims.length > 0) {
            for (int axis = 0; axis < dims.length; axis++) {
                dims[axis] = dims[axis] < 0 ? rows : dims[axis];
            }
            return Shape.of(dims);
        }
        return closed(spec.shape(), rows);
    }

    private static Shape closed(Shape shape, long rows) {
        if (shape.isAnyRank()) {
            return Shape.of(rows);
        }
        long[] dims = new long[shape.rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = shape.dim(axis) >= 0 ? shape.dim(axis) : axis == 0 ? rows : 1;
        }
        return Shape.of(dims);
    }

    private static Tensor zeros(DType dtype, Shape shape) {
        // Empty text is a length of zero.
        return new Tensor(dtype, shape, allocate(shape, dtype.isFixedSize() ? dtype.byteSize() : Integer.BYTES));
    }

    /** What a request's rows make it, within bounds. */
    private static ByteBuffer allocate(Shape shape, int elementBytes) {
        long elements = shape.elementCount();
        if (elements > FILLED_BYTES_MAX / elementBytes) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "a state or control of shape %s takes more than %d bytes (expected: fewer rows)"
                            .formatted(shape, FILLED_BYTES_MAX));
        }
        return ByteBuffer.allocate((int) elements * elementBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Tensor control(TensorSpec spec, ControlInput control, SequenceStep step, long rows) {
        Shape shape = closed(spec.shape(), rows);
        DType dtype = spec.dtype();
        byte[] text = dtype == DType.STRING ? step.id().getBytes(StandardCharsets.UTF_8) : NO_TEXT;
        ByteBuffer data = allocate(shape, dtype.isFixedSize() ? dtype.byteSize() : Integer.BYTES + text.length);
        while (data.hasRemaining()) {
            if (dtype == DType.STRING) {
                data.putInt(text.length).put(text);
            } else if (control.control() == Control.CORRELATION_ID) {
                putWhole(data, dtype, id(spec, step));
            } else if (dtype == DType.FP32) {
                data.putFloat((float) value(control, step));
            } else {
                putWhole(data, dtype, (long) value(control, step));
            }
        }
        return new Tensor(dtype, shape, data.flip());
    }

    private static void putWhole(ByteBuffer data, DType dtype, long value) {
        switch (dtype.byteSize()) {
            case 1 -> data.put((byte) value);
            case Integer.BYTES -> data.putInt((int) value);
            default -> data.putLong(value);
        }
    }

    private static long id(TensorSpec spec, SequenceStep step) {
        long id = step.number();
        boolean isShort = spec.dtype().byteSize() == Integer.BYTES;
        long most = spec.dtype() == DType.INT32 ? Integer.MAX_VALUE : 0xFFFF_FFFFL;
        if (!step.text().isEmpty() || (isShort && Long.compareUnsigned(id, most) > 0)) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "sequence_id is '%s' (expected: a whole number that %s holds, as input '%s' tells the model)"
                            .formatted(step.id(), spec.dtype(), spec.name()));
        }
        return id;
    }

    private static double value(ControlInput control, SequenceStep step) {
        boolean yes = switch (control.control()) {
            case START -> step.starts();
            case END -> step.ends();
            default -> true;
        };
        return yes ? control.yes() : control.no();
    }

    /** What of a run's outputs goes into the next run, by input; views of them. */
    Map<String, Tensor> state(Map<String, Tensor> outputs) {
        Map<String, Tensor> state = new HashMap<>();
        for (State each : settings.states()) {
            Tensor left = outputs.get(each.output());
            if (left != null) {
                state.put(each.input(), left);
            }
        }
        return state;
    }

    /** What of a run's outputs clients get. */
    Map<String, Tensor> seen(Map<String, Tensor> outputs) {
        if (stateOutputs.isEmpty()) {
            return outputs;
        }
        Map<String, Tensor> rest = new LinkedHashMap<>(outputs);
        rest.keySet().removeAll(stateOutputs);
        return rest;
    }
}

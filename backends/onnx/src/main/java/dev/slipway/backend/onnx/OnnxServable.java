package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.onnxruntime.OrtException;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.Holdings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A session of ONNX Runtime, run by any number of threads at once, each in a slot of its own. */
final class OnnxServable implements Servable {
    private final OnnxModel model;
    private final List<Port> inputs;
    private final Map<String, Integer> outputs = new HashMap<>();
    private final int[] allOutputs;
    private final SlotPool pool;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Holdings.Claim claim;

    /** @param claim of what the model holds; closed with this */
    OnnxServable(OnnxModel model, Holdings.Claim claim) {
        this.model = model;
        this.claim = claim;
        this.inputs = model.checked().inputs();
        this.allOutputs = new int[model.checked().outputs().size()];
        for (int i = 0; i < allOutputs.length; i++) {
            allOutputs[i] = i;
            outputs.put(model.checked().outputs().get(i).name(), i);
        }
        this.pool = new SlotPool(model);
    }

    @Override
    public ModelDescription description() {
        return model.checked().description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        if (request.deadline().isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: the request's deadline has passed".formatted(model.file()));
        } else if (closed.get()) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(model.file()));
        }
        Tensor[] tensors = inputs(request.inputs());
        int[] selection = selection(request.outputs());
        Slot slot = slot();
        boolean isDone = false;
        try {
            Map<String, Tensor> answer = slot.run(tensors, selection, request.deadline());
            isDone = true;
            return new OnnxResult(answer, pool, slot);
        } finally {
            if (!isDone) {
                pool.discard(slot);
            }
        }
    }

    private Slot slot() {
        try {
            return pool.take();
        } catch (OrtException e) {
            throw OrtErrors.run(model.file(), e);
        }
    }

    private Tensor[] inputs(Map<String, Tensor> given) {
        Tensor[] tensors = new Tensor[inputs.size()];
        for (int i = 0; i < tensors.length; i++) {
            TensorSpec spec = inputs.get(i).spec();
            Tensor tensor = given.get(spec.name());
            if (tensor == null) {
                throw new SlipwayException(
                        INVALID_ARGUMENT, "input '%s' is missing (found: %s)".formatted(spec.name(), given.keySet()));
            } else if (tensor.dtype() != spec.dtype() || !spec.shape().accepts(tensor.shape())) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "input '%s' is %s (expected: %s%s)".formatted(spec.name(), tensor, spec.dtype(), spec.shape()));
            }
            tensors[i] = tensor;
        }
        if (given.size() > tensors.length) {
            Set<String> unknown = new HashSet<>(given.keySet());
            inputs.forEach(port -> unknown.remove(port.name()));
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "unknown inputs %s (expected: %s)"
                            .formatted(unknown, inputs.stream().map(Port::name).toList()));
        }
        return tensors;
    }

    private int[] selection(List<String> names) {
        if (names.isEmpty()) {
            return allOutputs;
        }
        int[] selection = new int[names.size()];
        boolean[] isSeen = new boolean[allOutputs.length];
        for (int i = 0; i < selection.length; i++) {
            Integer output = outputs.get(names.get(i));
            if (output == null || isSeen[output]) {
                throw refused(names.get(i), output == null ? "unknown" : "asked for twice");
            }
            isSeen[output] = true;
            selection[i] = output;
        }
        return Arrays.equals(selection, allOutputs) ? allOutputs : selection;
    }

    private SlipwayException refused(String output, String reason) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "output '%s' is %s (expected: each at most once, of %s)"
                        .formatted(
                                output,
                                reason,
                                model.checked().outputs().stream()
                                        .map(Port::name)
                                        .toList()));
    }

    /** What is kept for the inputs and outputs of later runs, in bytes. */
    long keptBytes() {
        return pool.bytes();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            claim.close();
            pool.close();
            Conversions.close(model.session());
            NativeHeap.freed(description().memoryBytes());
        }
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.onnxruntime.OrtException;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.common.Holdings;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A session of ONNX Runtime, run by any number of threads at once, each in a slot of its own. */
final class OnnxServable implements Servable {
    private final OnnxModel model;
    private final Asked asked;
    private final SlotPool pool;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Holdings.Claim claim;

    /** @param claim of what the model holds; closed with this */
    OnnxServable(OnnxModel model, Holdings.Claim claim) {
        this.model = model;
        this.claim = claim;
        this.asked = new Asked(model.checked());
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
        Tensor[] tensors = asked.inputs(request.inputs());
        int[] selection = asked.outputs(request.outputs());
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

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.util.Map;
import java.util.Set;

/** Everything that one run at a time needs beside the session; kept for the next run. */
final class Slot {
    private final OnnxModel model;
    private final RunGuard guard;
    private final Bindings bindings;
    private final Feeds feeds;
    private long countedBytes;

    Slot(OnnxModel model) throws OrtException {
        this.model = model;
        this.guard = new RunGuard();
        this.bindings = new Bindings(model);
        this.feeds = new Feeds(model, bindings.cells());
        model.watchdog().add(guard);
    }

    /**
     * Runs the model; the outputs may be read until the slot runs again or is closed.
     *
     * @param inputs in the model's order, of the right types
     * @param selection which outputs, in the order wanted
     */
    Map<String, Tensor> run(Tensor[] inputs, int[] selection, Deadline deadline) {
        try {
            return guarded(inputs, selection, deadline);
        } catch (OrtException e) {
            throw OrtErrors.run(model.file(), e);
        } catch (SlipwayException e) {
            throw e;
        } catch (RuntimeException e) {
            // The runtime's Java API throws what it likes.
            throw new SlipwayException(INTERNAL, "'%s' can't be run: %s".formatted(model.file(), e), e);
        } catch (OutOfMemoryError e) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED, "'%s': no memory for its inputs or outputs: %s".formatted(model.file(), e), e);
        }
    }

    private Map<String, Tensor> guarded(Tensor[] inputs, int[] selection, Deadline deadline) throws OrtException {
        boolean wasTerminated;
        Map<String, Tensor> outputs = Map.of();
        OrtException error = null;
        long endNanos = model.watchdog().end(deadline.nanoTime());
        guard.begin(endNanos);
        try {
            model.watchdog().watch(endNanos);
            Binding binding = bindings.of(inputs, selection);
            feeds.set(binding, inputs);
            binding.fetches().prepare();
            outputs = attempt(binding);
        } catch (OrtException e) {
            error = e;
        } finally {
            feeds.release();
            wasTerminated = guard.end();
        }
        if (wasTerminated) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED,
                    "'%s' was terminated past the request's deadline".formatted(model.file()),
                    error);
        } else if (error != null) {
            throw error;
        }
        return outputs;
    }

    private Map<String, Tensor> attempt(Binding binding) throws OrtException {
        Fetches fetches = binding.fetches();
        Map<String, OnnxTensor> pinned = fetches.pinned();
        try {
            OrtSession.Result result = run(binding, fetches.requested(), pinned);
            try {
                if (fetches.areWritten()) {
                    return fetches.collect(result, feeds.hasOddText());
                }
            } finally {
                OrtRuntime.close(result);
            }
        } catch (OrtException e) {
            if (pinned.isEmpty() || !OrtErrors.mayConcernOutputs(e)) {
                throw e;
            }
        }
        // The outputs had other shapes than foreseen, or were not written: the runtime finds memory for them.
        OrtSession.Result result = run(binding, fetches.all(), Map.of());
        try {
            return fetches.collectUnpinned(result, feeds.hasOddText());
        } finally {
            OrtRuntime.close(result);
        }
    }

    private OrtSession.Result run(Binding binding, Set<String> requested, Map<String, OnnxTensor> pinned)
            throws OrtException {
        return model.runtime().run(model.session(), binding.values(), requested, pinned, guard.options());
    }

    /** Bytes of memory that it keeps for inputs and outputs. */
    long capacityBytes() {
        return bindings.capacityBytes();
    }

    /** What its pool counts for it, in bytes. */
    long countedBytes() {
        return countedBytes;
    }

    void count(long bytes) {
        countedBytes = bytes;
    }

    void close() {
        model.watchdog().remove(guard);
        feeds.release();
        bindings.close();
        guard.close();
    }
}

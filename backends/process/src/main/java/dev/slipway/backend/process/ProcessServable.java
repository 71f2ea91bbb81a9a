package dev.slipway.backend.process;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.Holdings;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A model whose workers are running. */
final class ProcessServable implements Servable {
    /** Of a message beside its tensors' bytes and names. */
    private static final long REST_BYTES_MAX = 4096;

    private final Plan plan;
    private final ModelDescription description;
    private final Crew crew;
    private final Holdings.Claim claim;
    private final Runnable onClose;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** @param claim of what the model holds; closed with this */
    ProcessServable(Plan plan, ModelDescription description, Crew crew, Holdings.Claim claim, Runnable onClose) {
        this.plan = plan;
        this.description = description;
        this.crew = crew;
        this.claim = claim;
        this.onClose = onClose;
    }

    /** Lent by nobody: the garbage collector's. */
    private record Result(Map<String, Tensor> outputs) implements InferenceResult {
        @Override
        public void close() {
            // Nothing to give back.
        }
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        if (request.deadline().isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: the request's deadline has passed".formatted(plan.subject()));
        }
        plan.signature().check(request.inputs(), request.outputs());
        if (new HashSet<>(request.outputs()).size() < request.outputs().size()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "outputs %s (expected: each at most once)".formatted(request.outputs()));
        }
        long bytes = REST_BYTES_MAX;
        for (Tensor tensor : request.inputs().values()) {
            bytes += tensor.byteCount();
        }
        if (bytes > plan.spec().limits().messageBytesMax()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "the request's inputs have %d bytes (expected: at most %d, message_limit)"
                            .formatted(
                                    bytes - REST_BYTES_MAX, plan.spec().limits().messageBytesMax() - REST_BYTES_MAX));
        }
        return new Result(wanted(request.outputs(), crew.run(request)));
    }

    /** In the order of the request, or else of the signature; the worker may have answered more. */
    private Map<String, Tensor> wanted(List<String> names, Map<String, Tensor> answered) {
        Map<String, Tensor> wanted = new LinkedHashMap<>();
        if (names.isEmpty()) {
            plan.signature().outputs().forEach(spec -> wanted.put(spec.name(), checked(spec, answered)));
        } else {
            names.forEach(name ->
                    wanted.put(name, checked(plan.signature().output(name).orElseThrow(), answered)));
        }
        return Collections.unmodifiableMap(wanted);
    }

    private Tensor checked(TensorSpec spec, Map<String, Tensor> answered) {
        Tensor tensor = answered.get(spec.name());
        if (tensor == null) {
            throw new SlipwayException(
                    INTERNAL,
                    "a worker of '%s' answered no output '%s' (found: %s)"
                            .formatted(plan.subject(), spec.name(), answered.keySet()));
        }
        if (tensor.dtype() != spec.dtype() || !spec.shape().accepts(tensor.shape())) {
            throw new SlipwayException(
                    INTERNAL,
                    "a worker of '%s' answered output '%s' as %s (expected: %s%s)"
                            .formatted(plan.subject(), spec.name(), tensor, spec.dtype(), spec.shape()));
        }
        return tensor;
    }

    Crew crew() {
        return crew;
    }

    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            crew.close();
            claim.close();
            onClose.run();
        }
    }
}

package dev.slipway.backend.process;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Tensor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits for a worker, or for its answer.
 *
 * @param answer completed by the worker's thread; cancelled by a caller who waits no more
 */
record Job(InferenceRequest request, CompletableFuture<Map<String, Tensor>> answer) {
    Job(InferenceRequest request) {
        this(request, new CompletableFuture<>());
    }
}

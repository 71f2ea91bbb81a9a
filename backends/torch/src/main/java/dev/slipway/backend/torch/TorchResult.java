package dev.slipway.backend.torch;

import dev.slipway.api.InferenceResult;
import dev.slipway.api.Tensor;
import java.util.Collections;
import java.util.Map;

/** Outputs that lie in PyTorch's memory until this is closed. */
final class TorchResult implements InferenceResult {
    private final Map<String, Tensor> outputs;
    private final Arena arena;

    TorchResult(Map<String, Tensor> outputs, Arena arena) {
        this.outputs = Collections.unmodifiableMap(outputs);
        this.arena = arena;
    }

    @Override
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        arena.close();
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.api.InferenceResult;
import dev.slipway.api.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lends the outputs of a run, and with them its slot, until it is closed. */
final class OnnxResult implements InferenceResult {
    private final Map<String, Tensor> outputs;
    private final SlotPool pool;
    private @Nullable Slot slot;

    OnnxResult(Map<String, Tensor> outputs, SlotPool pool, Slot slot) {
        this.outputs = outputs;
        this.pool = pool;
        this.slot = slot;
    }

    @Override
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        Slot lent = slot;
        slot = null;
        if (lent != null) {
            pool.give(lent);
        }
    }
}

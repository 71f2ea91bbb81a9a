package dev.slipway.backend.tensorflow;

import dev.slipway.api.InferenceResult;
import dev.slipway.api.Tensor;
import java.util.List;
import java.util.Map;
import org.tensorflow.internal.c_api.TF_Tensor;

/** Views of tensors that a run made, deleted on {@link #close}. */
final class TensorFlowResult implements InferenceResult {
    private final Map<String, Tensor> outputs;
    private List<TF_Tensor> tensors;

    TensorFlowResult(Map<String, Tensor> outputs, List<TF_Tensor> tensors) {
        this.outputs = outputs;
        this.tensors = tensors;
    }

    @Override
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        List<TF_Tensor> lent = tensors;
        tensors = List.of();
        lent.forEach(NativeTensors::delete);
    }
}

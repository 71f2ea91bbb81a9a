package dev.slipway.backend.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/** What one run at a time needs in native memory; used again by later ones. */
final class RunSlot implements AutoCloseable {
    private final PointerPointer<TF_Tensor> inputs;
    private final PointerPointer<TF_Tensor> outputs;
    private final TF_Status status = tensorflow.TF_NewStatus();
    private final List<TF_Tensor> fed = new ArrayList<>();

    /**
     * @param inputsMax tensors that a run takes at most
     * @param outputsMax tensors that a run gives at most
     */
    RunSlot(int inputsMax, int outputsMax) {
        inputs = new PointerPointer<>(Math.max(1, inputsMax));
        outputs = new PointerPointer<>(Math.max(1, outputsMax));
    }

    PointerPointer<TF_Tensor> inputs() {
        return inputs;
    }

    PointerPointer<TF_Tensor> outputs() {
        return outputs;
    }

    TF_Status status() {
        return status;
    }

    /** Adds an input, which {@link #clear} deletes. */
    void feed(TF_Tensor tensor) {
        inputs.put(fed.size(), tensor);
        fed.add(tensor);
    }

    /** The tensor that the run made. */
    TF_Tensor output(int place) {
        return new TF_Tensor(outputs.get(place));
    }

    /** Deletes the inputs; TensorFlow keeps what it still needs of them. */
    void clear() {
        fed.forEach(NativeTensors::delete);
        fed.clear();
    }

    @Override
    public void close() {
        inputs.close();
        outputs.close();
        tensorflow.TF_DeleteStatus(status);
    }
}

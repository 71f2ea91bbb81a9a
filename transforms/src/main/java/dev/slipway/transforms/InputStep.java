package dev.slipway.transforms;

import dev.slipway.api.Deadline;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;

/** Makes a model's inputs from what clients send. Thread-safe. */
public interface InputStep extends AutoCloseable {
    /** What clients send; not empty. The first axis of each is the rows, of any number. */
    List<TensorSpec> inputs();

    /**
     * Makes the model's inputs.
     *
     * @param inputs as {@link #inputs()} says; optional ones may be missing
     * @param deadline after which nobody waits; long work looks at it now and then
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for what can't be turned, naming the input and the
     *     row; {@code DEADLINE_EXCEEDED}
     */
    Map<String, Tensor> apply(Map<String, Tensor> inputs, Deadline deadline);

    /** As {@link dev.slipway.api.Transform#allowsPadding()}. */
    default boolean allowsPadding() {
        return true;
    }

    /** Gives back what it holds beside the heap. Closing twice is harmless. */
    @Override
    void close();
}

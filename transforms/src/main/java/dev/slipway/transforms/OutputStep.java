package dev.slipway.transforms;

import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;

/** Makes what clients get from a model's outputs. Thread-safe. */
public interface OutputStep {
    /** What clients get; not empty. */
    List<TensorSpec> outputs();

    /** What the places along the last axis stand for, by the name of an output of {@link #outputs()}; for some, or none. */
    Map<String, List<String>> classes();

    /** The model's outputs that {@link #apply} reads for one of {@link #outputs()}. */
    List<String> reads(String output);

    /**
     * Makes outputs.
     *
     * @param wanted names of {@link #outputs()}
     * @param results the model's outputs, at least those of {@link #reads}
     * @return by name, in the order of {@code wanted}; memory of its own, or views of {@code results}
     */
    Map<String, Tensor> apply(List<String> wanted, Map<String, Tensor> results);
}

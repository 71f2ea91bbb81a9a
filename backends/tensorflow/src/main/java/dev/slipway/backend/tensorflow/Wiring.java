package dev.slipway.backend.tensorflow;

import org.tensorflow.internal.c_api.TF_Output;

/**
 * Where a run's inputs and outputs are in a graph.
 *
 * @param inputs an array in native memory
 * @param inputCount how many there are
 * @param outputs an array in native memory
 * @param outputCount how many there are
 */
record Wiring(TF_Output inputs, int inputCount, TF_Output outputs, int outputCount) implements AutoCloseable {
    @Override
    public void close() {
        inputs.close();
        outputs.close();
    }
}

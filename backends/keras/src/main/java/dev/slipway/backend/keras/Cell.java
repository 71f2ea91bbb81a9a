package dev.slipway.backend.keras;

import java.util.List;
import java.util.Optional;

/** What a recurrent layer does at each step. */
interface Cell {
    /** Sizes of the states that it hands to the next step. */
    List<Long> stateSizes();

    /** Which of the states is what comes out. */
    default int output() {
        return 0;
    }

    /**
     * One step.
     *
     * @param ops where to write: a loop's body
     * @param x {@code [batch, size]}
     * @param states each {@code [batch, its size]}
     * @return the states after the step
     */
    List<Value> step(Ops ops, Value x, List<Value> states);

    /** The operator of ONNX that does all steps at once; empty where there is none, such as for odd activations. */
    default Optional<Native> operator() {
        return Optional.empty();
    }

    /**
     * A recurrent operator.
     *
     * @param op its name
     * @param kernel W
     * @param recurrent R
     * @param bias B
     * @param attributes besides the direction
     */
    record Native(String op, Value kernel, Value recurrent, Value bias, List<Attribute> attributes) {}
}

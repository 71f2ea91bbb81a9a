package dev.slipway.backend.tensorflow;

import dev.slipway.api.TensorSpec;

/**
 * An input or output of a signature.
 *
 * @param spec what requests and answers call it
 * @param node that gives it, or takes its place
 * @param index of the node's outputs
 * @param type of its elements, by TensorFlow's number
 */
record Port(TensorSpec spec, String node, int index, int type) {
    String name() {
        return spec.name();
    }
}

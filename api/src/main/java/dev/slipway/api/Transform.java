package dev.slipway.api;

import java.util.Map;

/**
 * Turns what clients send into what a model takes, and what the model answers into what clients want: a picture into
 * numbers, numbers into the names of classes. Takes its time: never on an event loop. Thread-safe.
 */
public interface Transform {
    /** The signature that the model is run with; another one than requests are made for. */
    String signature();

    /**
     * Makes the request that the model is run with.
     *
     * @param request that was checked against the signature it is for
     * @return a request for {@link #signature()}, of the same model, version and deadline; its tensors are its own, or those of
     *     {@code request}
     * @throws SlipwayException {@code INVALID_ARGUMENT} when an input can't be turned, naming it and its row; {@code
     *     DEADLINE_EXCEEDED} when the deadline passes meanwhile
     */
    InferenceRequest before(InferenceRequest request);

    /**
     * Whether what {@link #before} makes of several requests may be padded to run together, where that is asked for: each input
     * with its own first element. Not where that element means something, as in the mask of a text's tokens.
     */
    default boolean allowsPadding() {
        return true;
    }

    /**
     * Makes the outputs that clients get.
     *
     * @param request that {@link #before} was given
     * @param outputs the model's, readable while this runs and for as long as what it returns is read
     * @return by name, in the order of the signature, or of the request where it names outputs
     */
    Map<String, Tensor> after(InferenceRequest request, Map<String, Tensor> outputs);
}

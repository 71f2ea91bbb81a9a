package dev.slipway.backend.tensorflow;

import dev.slipway.api.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What a signature says of one tensor.
 *
 * @param tensor its name in the graph, {@code x:0}; null where it is none but a bundle of several
 * @param type its element type, by number
 * @param shape -1 for any size
 */
record TensorInfo(@Nullable String tensor, int type, Shape shape) {}

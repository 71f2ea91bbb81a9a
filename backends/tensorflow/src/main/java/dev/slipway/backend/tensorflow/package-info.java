/** Opens SavedModels and frozen graphs with TensorFlow. */
@NullMarked
package dev.slipway.backend.tensorflow;

import org.jspecify.annotations.NullMarked;

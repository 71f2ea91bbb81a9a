/** Turns Keras models into ONNX. */
@NullMarked
package dev.slipway.backend.keras;

import org.jspecify.annotations.NullMarked;

/** Requests that TensorFlow Serving's tools have recorded in files. */
@NullMarked
package dev.slipway.protocol.tfserving.recorded;

import org.jspecify.annotations.NullMarked;

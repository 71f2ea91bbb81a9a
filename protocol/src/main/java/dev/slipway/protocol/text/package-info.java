/** Protobuf's text format, which the configuration files of TensorFlow Serving and Triton are written in. */
@NullMarked
package dev.slipway.protocol.text;

import org.jspecify.annotations.NullMarked;

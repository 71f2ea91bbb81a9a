/** TensorFlow Serving's Classify, Regress and MultiInference: named features of examples in, classes or values out. */
@NullMarked
package dev.slipway.protocol.tfserving.example;

import org.jspecify.annotations.NullMarked;

/** What is done to the tensors that a model answers with. */
@NullMarked
package dev.slipway.transforms.output;

import org.jspecify.annotations.NullMarked;

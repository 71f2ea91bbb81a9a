/** TorchServe's and MXNet Model Server's bodies: whatever a client sends, as the inputs of a model. */
@NullMarked
package dev.slipway.protocol.torchserve;

import org.jspecify.annotations.NullMarked;

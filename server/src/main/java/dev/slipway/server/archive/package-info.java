/** Archives of models, and what those of MXNet Model Server and TorchServe say of themselves. */
@NullMarked
package dev.slipway.server.archive;

import org.jspecify.annotations.NullMarked;

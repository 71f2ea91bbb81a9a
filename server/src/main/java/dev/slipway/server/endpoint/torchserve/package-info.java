/** The front of MXNet Model Server (Multi Model Server) and TorchServe: predictions of whatever bodies, and their management. */
@NullMarked
package dev.slipway.server.endpoint.torchserve;

import org.jspecify.annotations.NullMarked;

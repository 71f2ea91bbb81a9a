/** Triton's extensions of the Open Inference Protocol, over REST and gRPC. */
@NullMarked
package dev.slipway.server.endpoint.triton;

import org.jspecify.annotations.NullMarked;

/** What Triton's extensions of the Open Inference Protocol are about: statistics, settings, shared memory. */
@NullMarked
package dev.slipway.server.triton;

import org.jspecify.annotations.NullMarked;

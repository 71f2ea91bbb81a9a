/** Table-driven cases of the protocols, and the runner that asks a server for them. */
@NullMarked
package dev.slipway.conformance;

import org.jspecify.annotations.NullMarked;

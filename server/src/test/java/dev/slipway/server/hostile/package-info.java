/** Clients that mean no good, each beside one that does: what they get, and that nothing of them is left. */
@NullMarked
package dev.slipway.server.hostile;

import org.jspecify.annotations.NullMarked;

/** The backends of the distribution: found in their folders, fetched on demand, opened when a model needs them. */
@NullMarked
package dev.slipway.server.backend;

import org.jspecify.annotations.NullMarked;

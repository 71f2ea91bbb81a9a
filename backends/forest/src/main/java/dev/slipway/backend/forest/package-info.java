/** Runs ensembles of decision trees from flat arrays. */
@NullMarked
package dev.slipway.backend.forest;

import org.jspecify.annotations.NullMarked;

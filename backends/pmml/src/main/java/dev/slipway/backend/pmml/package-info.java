/** Opens PMML documents. */
@NullMarked
package dev.slipway.backend.pmml;

import org.jspecify.annotations.NullMarked;

/** Opens H2O MOJOs. */
@NullMarked
package dev.slipway.backend.h2o;

import org.jspecify.annotations.NullMarked;

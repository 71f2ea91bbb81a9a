/** Opens XGBoost and LightGBM models. */
@NullMarked
package dev.slipway.backend.trees;

import org.jspecify.annotations.NullMarked;

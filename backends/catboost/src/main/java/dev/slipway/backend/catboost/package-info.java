/** Opens CatBoost models. */
@NullMarked
package dev.slipway.backend.catboost;

import org.jspecify.annotations.NullMarked;
